import { memo } from 'react'
import { clock } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { Colours } from '../../kit/Strip'
import css from './grid.module.css'
import { type Output, standingOf } from './merge'

export interface TileProps {
  output: Output
  place: number
  total: number
  active: boolean
  chosen: boolean
  open: boolean
  colours: readonly { frames: number; color: string }[]
  id: string
  onStale: () => void
}

/** One video of the grid: plain elements, drawn again only when it changes. */
export const Tile = memo(function Tile({ output, place, total, active, chosen, open, colours, id, onStale }: TileProps) {
  const text = useText()
  const { state, poster_url: poster, duration_s: length, progress } = output
  const says = standingOf(output)
  return (
    <div
      id={id}
      className={css['tile']}
      role="option"
      aria-selected={chosen}
      aria-setsize={total}
      aria-posinset={place + 1}
      data-active={active || undefined}
      data-chosen={chosen || undefined}
      data-open={open || undefined}
      data-state={says}
      data-place={place}
    >
      <span className={css['picture']}>
        {poster && says === 'made' ? (
          <img src={poster} alt="" loading="lazy" decoding="async" draggable={false} onError={onStale} />
        ) : (
          <span className={css['wait']}>{text(`outputs.state.${says}`)}</span>
        )}
        {state === 'planned' && (progress ?? 0) > 0 && <i className={css['part']} style={{ width: `${100 * (progress ?? 0)}%` }} />}
        <span className={css['mark']} data-mark aria-hidden />
      </span>
      <Colours shots={colours} />
      <span className={css['line']}>
        <b className="cut">{output.title}</b>
        {poster && says === 'made' && <span className="unseen">{text('outputs.state.made')}</span>}
        <span>{length !== null && state === 'made' ? clock(length) : ''}</span>
      </span>
    </div>
  )
})
