import IconCheck from '@tabler/icons-react/dist/esm/icons/IconCheck.mjs'
import IconCopy from '@tabler/icons-react/dist/esm/icons/IconCopy.mjs'
import IconPause from '@tabler/icons-react/dist/esm/icons/IconPlayerPause.mjs'
import IconPlay from '@tabler/icons-react/dist/esm/icons/IconPlayerPlay.mjs'
import IconRefresh from '@tabler/icons-react/dist/esm/icons/IconRefresh.mjs'
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs'
import { memo, type ReactNode } from 'react'
import { bytes } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { uploads } from './browser'
import css from './panel.module.css'
import { type Row, whyOf } from './rows'

/** One file: how far it is in words, and what can be done to it. */
export const UploadRow = memo(Drawn, (old, fresh) => old.row.item === fresh.row.item && old.row.one === fresh.row.one)

function Drawn({ row }: { row: Row }) {
  const text = useText()
  const { item, state } = row
  const { key, name, size, sent } = item
  const why = whyOf(row, text)
  const of = { name }
  return (
    <li className={css['row']} data-state={state}>
      <div className="grow">
        <p className={`${css['name']} cut`} title={name}>
          {name}
        </p>
        <p className={`${css['state']} tiny`}>
          {why ?? text(`uploads.state.${state}`, { sent: bytes(sent), size: bytes(size) })}
        </p>
        {(state === 'sending' || state === 'paused') && (
          <span className={css['thin']} aria-hidden>
            <i style={{ width: `${size > 0 ? (100 * sent) / size : 0}%` }} />
          </span>
        )}
      </div>
      {state === 'ready' && <IconCheck className={css['ok']} size={18} aria-hidden />}
      {state === 'duplicate' && <IconCopy className={css['twice']} size={18} aria-hidden />}
      {(state === 'sending' || state === 'waiting') && (
        <Act name={text('uploads.pause', of)} run={() => uploads.pause(key)} icon={<IconPause size={18} aria-hidden />} />
      )}
      {state === 'paused' && (
        <Act name={text('uploads.resume', of)} run={() => uploads.resume(key)} icon={<IconPlay size={18} aria-hidden />} />
      )}
      {state === 'failed' && (
        <Act name={text('uploads.retry', of)} run={() => uploads.retry(key)} icon={<IconRefresh size={18} aria-hidden />} />
      )}
      {state !== 'ready' && state !== 'duplicate' && state !== 'reading' && state !== 'sent' && (
        <Act name={text('uploads.remove', of)} run={() => void uploads.remove(key)} icon={<IconX size={18} aria-hidden />} />
      )}
    </li>
  )
}

function Act({ name, run, icon }: { name: string; run: () => void; icon: ReactNode }) {
  return (
    <button type="button" aria-label={name} title={name} onClick={run}>
      {icon}
    </button>
  )
}
