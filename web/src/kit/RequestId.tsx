import { useState } from 'react'
import { useText } from '../i18n/useText'
import css from './states.module.css'

/** The number of a request that failed, to be told to us. */
export function RequestId({ id }: { id: string }) {
  const text = useText()
  const [copied, setCopied] = useState(false)
  return (
    <span className={css['request']}>
      {text('kit.request')} <code>{id}</code>
      <button type="button" onClick={() => void navigator.clipboard.writeText(id).then(() => setCopied(true))}>
        {text(copied ? 'kit.copied' : 'kit.copy')}
      </button>
    </span>
  )
}
