import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { ApiError, OFFLINE } from '../api/errors'
import { explain } from '../api/sentences'
import { useText } from '../i18n/useText'
import css from './states.module.css'

/** What went wrong, in words, with the way on: again, after the time that was asked for; and the number to quote. */
export function ErrorState({ error, again }: { error: unknown; again?: () => void }) {
  const text = useText()
  const known = error instanceof ApiError ? error : null
  const ours = known === null || known.status >= 500
  return (
    <div className={css['state']} role="alert">
      <h2>{text(known?.code === OFFLINE ? 'kit.no-connection' : ours ? 'kit.our-fault' : 'kit.not-now')}</h2>
      <p className="small">{explain(error)}</p>
      {known?.requestId && ours && <RequestId id={known.requestId} />}
      {again && <Again key={known?.requestId} seconds={known?.retryAfterS ?? 0} again={again} />}
    </div>
  )
}

function RequestId({ id }: { id: string }) {
  const text = useText()
  const [copied, setCopied] = useState(false)
  return (
    <p className={`${css['request']} small`}>
      {text('kit.request')} <code>{id}</code>
      <button
        type="button"
        className="link"
        onClick={() => void navigator.clipboard.writeText(id).then(() => setCopied(true))}
      >
        {text(copied ? 'kit.copied' : 'kit.copy')}
      </button>
    </p>
  )
}

/** Another try, once the seconds that were asked for are over. */
function Again({ seconds, again }: { seconds: number; again: () => void }) {
  const text = useText()
  const [left, setLeft] = useState(Math.ceil(seconds))
  const waits = left > 0
  useEffect(() => {
    if (!waits) return undefined
    const timer = setInterval(() => setLeft((now) => now - 1), 1000)
    return () => clearInterval(timer)
  }, [waits])
  return (
    <Button variant="default" onClick={again} disabled={waits}>
      {waits ? text('kit.again-in', { seconds: left }) : text('kit.again')}
    </Button>
  )
}
