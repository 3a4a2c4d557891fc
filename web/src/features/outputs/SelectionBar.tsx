import { bytes } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { floatingBar } from '../../kit/footBar'
import { isThere, type Output } from './merge'
import css from './bar.module.css'

interface SelectionBarProps {
  chosen: readonly Output[]
  busy: boolean
  /** Two that can be played. */
  onCompare: (one: number, other: number) => void
  onSave: (numbers: number[]) => void
  onClear: () => void
}

/** What can be done with marked videos. */
export function SelectionBar({ chosen, busy, onCompare, onSave, onClear }: SelectionBarProps) {
  const text = useText()
  const there = chosen.filter(isThere)
  const [one, other] = there
  const size = there.reduce((sum, { size_bytes: own }) => sum + (own ?? 0), 0)
  return (
    <div ref={floatingBar} className={css['bar']} role="region" aria-label={text('outputs.marked')}>
      <span className={css['says']}>
        <b>{text('outputs.selected', { count: chosen.length })}</b> {size > 0 && <>· {bytes(size)}</>}
      </span>
      <button type="button" onClick={() => one && other && onCompare(one.n, other.n)} disabled={there.length !== 2}>
        {text('outputs.compare')}
      </button>
      <button type="button" onClick={onClear}>
        {text('outputs.clear')}
      </button>
      <button type="button" className={css['go']} disabled={there.length === 0 || busy} onClick={() => onSave(there.map(({ n }) => n))}>
        {text('outputs.save', { count: there.length })}
      </button>
    </div>
  )
}
