import IconAlert from '@tabler/icons-react/dist/esm/icons/IconAlertTriangle.mjs'
import IconCheck from '@tabler/icons-react/dist/esm/icons/IconCheck.mjs'
import { type KeyboardEvent, memo, type MouseEvent } from 'react'
import { keys } from '../../api/keys'
import { useRenew } from '../../api/links'
import { clock } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import type { Shown } from '../uploads/index'
import css from './tile.module.css'
import { cover, frameStyle } from './frames'
import { remarksOf } from './facts'
import { TileState } from './TileState'
import { useScrub } from './useScrub'

export interface TileActs {
  open: (key: string) => void
  select: (key: string, range: boolean) => void
  focused: (key: string) => void
  /** A key that a tile does not know itself. True if it was one for the board. */
  key: (key: string, event: KeyboardEvent<HTMLElement>) => boolean
}

interface ClipTileProps {
  shown: Shown
  /** The name of the clip it is the same as. */
  first: string | undefined
  group: string | undefined
  selected: boolean
  /** The shape of all tiles of its board. */
  box: number
  /** Whether it is the one of its board that Tab comes to. */
  current: boolean
  acts: TileActs
}

/** A clip: its poster, looked through by moving over it; what is wrong with it; a place to select it. */
export const ClipTile = memo(function ClipTile({ shown, first, group, selected, box, current, acts }: ClipTileProps) {
  const text = useText()
  const { frame, step, over } = useScrub()
  const { key, clip, item } = shown
  const stale = useRenew(keys.clips(clip?.project_id ?? ''))
  const name = clip?.name ?? item?.name ?? ''
  const ready = clip?.state === 'ready'
  const facts = clip?.facts
  const shape = facts ? facts.width / facts.height : box
  const remarks = clip ? remarksOf(clip, first, text) : []
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') step(event.key === 'ArrowRight' ? 1 : -1)
    else if (event.key === ' ' && clip) acts.select(key, event.shiftKey)
    else if (!acts.key(key, event)) return
    event.preventDefault()
  }
  const onClick = (event: MouseEvent): void => {
    if ((event.shiftKey || event.metaKey || event.ctrlKey) && clip) acts.select(key, event.shiftKey)
    else if (ready) acts.open(key)
  }
  return (
    <>
      <span className={css['box']} {...over}>
        <button
          type="button"
          className={css['face']}
          data-tile={key}
          data-selected={selected || undefined}
          tabIndex={current ? 0 : -1}
          aria-label={label()}
          aria-disabled={!ready}
          onClick={onClick}
          onKeyDown={onKeyDown}
          onFocus={() => acts.focused(key)}
        >
          {clip?.poster_url && (
            <img src={clip.poster_url} alt="" loading="lazy" decoding="async" width={135} height={240} draggable={false} onError={stale} />
          )}
          {clip?.filmstrip_url && frame !== null && (
            <>
              <img hidden src={clip.filmstrip_url} alt="" onError={stale} />
              <span className={css['frame']} style={{ ...cover(shape, box), ...frameStyle(clip.filmstrip_url, frame) }} />
              <span className={css['seek']} style={{ width: `${(frame + 1) * 10}%` }} />
            </>
          )}
          {facts && <span className={css['length']}>{clock(facts.duration_s)}</span>}
          {remarks.length > 0 && (
            <span className={css['remark']} data-count={remarks.length} title={remarks.join('\n')}>
              <IconAlert size={14} aria-hidden />
            </span>
          )}
        </button>
        {clip && (
          <button
            type="button"
            role="checkbox"
            aria-checked={selected}
            aria-label={text('clips.select', { name })}
            tabIndex={-1}
            className={css['pick']}
            onClick={(event) => acts.select(key, event.shiftKey)}
            onKeyDown={(event) => {
              if (/^[0-9]$/.test(event.key) && acts.key(key, event)) event.preventDefault()
            }}
          >
            <IconCheck size={16} stroke={3} aria-hidden />
          </button>
        )}
        {!ready && <TileState shown={shown} />}
      </span>
      <span className={`${css['name']} cut`} title={name}>
        {name}
      </span>
    </>
  )

  function label(): string {
    const parts = [
      name,
      facts && clock(facts.duration_s),
      group ?? text('clips.no-group'),
      selected && text('clips.selected'),
      !ready && text(`clips.said-state.${clip?.state === 'rejected' ? 'rejected' : 'moving'}`),
      ...remarks,
    ]
    return parts.filter(Boolean).join(', ')
  }
})
