import { say } from '../../api/sentences'
import { bytes, day } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { Progress } from '../../kit/Progress'
import css from './bar.module.css'
import type { Bundle } from './bundles'

interface PackingProps {
  bundle: Bundle
  /** Save this volume of it. */
  onSave: (volume: number) => void
  onRemove: () => void
}

/** An archive that is being packed, and what became of it. */
export function Packing({ bundle, onSave, onRemove }: PackingProps) {
  const text = useText()
  const { state, bytes_done: done, bytes_total: total, volumes, missing } = bundle
  return (
    <section className={`${css['packing']} card`} data-testid="packing" data-state={state} aria-label={text('outputs.archive')}>
      <div className={css['packed']}>
        <b>{text(`outputs.bundle.${state}`)}</b>
        {state === 'making' && <small>{text('outputs.packed-of', { done: bytes(done), total: bytes(total) })}</small>}
        {state === 'ready' && bundle.expires_at && <small>{text('outputs.kept', { day: day(bundle.expires_at) })}</small>}
        {bundle.reason && <small>{say(bundle.reason)}</small>}
        {missing.length > 0 && <small>{text('outputs.missing', { count: missing.length, names: missing.map(({ file }) => file).join(', ') })}</small>}
        {state === 'making' && <Progress done={done} total={total} label={text('outputs.packing')} />}
      </div>
      {state === 'ready' &&
        volumes.map(({ n, file_name: name, size_bytes: size }) => (
          <button key={n} type="button" className={css['volume']} onClick={() => onSave(n)}>
            {text('outputs.save-again', { name, size: bytes(size ?? 0) })}
          </button>
        ))}
      <button type="button" className={css['volume']} onClick={onRemove}>
        {text(state === 'making' ? 'outputs.bundle-stop' : 'outputs.bundle-delete')}
      </button>
    </section>
  )
}
