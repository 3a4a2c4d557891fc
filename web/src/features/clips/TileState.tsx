import { useText } from '../../i18n/useText'
import { type Shown, stateOf, whyOf } from '../uploads/index'
import { isYoung } from './facts'
import css from './tile.module.css'

/** What a tile says while there is no picture: how far its file is, or why it cannot be used. */
export function TileState({ shown: { clip, item } }: { shown: Shown }) {
  const text = useText()
  if (clip?.state === 'rejected' || item?.phase === 'failed') {
    const why = item ? whyOf({ item, one: clip }, text) : clip?.reason ? whyOf({ item: NOTHING, one: clip }, text) : null
    return (
      <span className={css['wait']} data-bad>
        <b>{text(clip?.state === 'rejected' ? 'clips.rejected' : 'clips.failed')}</b>
        <span className={css['why']}>{why}</span>
      </span>
    )
  }
  const state = item ? stateOf(item, clip) : clip && isYoung(clip) ? 'arriving' : 'elsewhere'
  const percent = item && item.size > 0 ? Math.floor((100 * Math.min(item.sent, item.size)) / item.size) : 0
  return (
    <span className={css['wait']}>
      {(state === 'sending' || state === 'paused') && (
        <span className={css['ring']} style={{ background: `conic-gradient(var(--accent) ${percent}%, var(--line) 0)` }}>
          <i>{text('clips.percent', { percent })}</i>
        </span>
      )}
      <span className={css['why']}>{text(`clips.state.${state}`)}</span>
    </span>
  )
}

const NOTHING = { problem: null } as Parameters<typeof whyOf>[0]['item']
