import { Button } from '@mantine/core'
import { type CSSProperties, useRef } from 'react'
import type { Group } from '../../api/library'
import { useText } from '../../i18n/useText'
import { groupColor } from '../../kit/groupColor'
import { ClipTile } from '../clips/index'
import type { Shown } from '../uploads/index'
import css from './board.module.css'
import { GroupHead } from './GroupHead'
import { placeBeside } from './moves'
import type { useBoard } from './useBoard'
import { useDragClip, useDropGroup } from './useDrag'

interface Shared {
  board: ReturnType<typeof useBoard>
  /** Of all tiles. */
  shape: number
  home: ReadonlyMap<string, Group>
  names: ReadonlyMap<string, string>
}

interface ColumnProps extends Shared {
  project: string
  group: Group | null
  groups: readonly Group[]
  tiles: readonly Shown[]
  /** Whether it was made just now: its name is asked for. */
  fresh: boolean
}

/** A group and its clips, or (`group` null) the clips of none. */
export function Column({ project, group, groups, tiles, fresh, ...shared }: ColumnProps) {
  const text = useText()
  const box = useRef<HTMLElement>(null)
  const over = useDropGroup(box, (ids) => shared.board.move(ids, group?.id ?? null))
  const name = group?.name ?? text('groups.loose')
  const usable = tiles.flatMap(({ clip }) => (clip && clip.state !== 'rejected' ? [clip.id] : []))
  const style = group ? ({ '--c': groupColor(group) } as CSSProperties) : undefined
  return (
    <section ref={box} className={`${css['column']} card`} aria-label={name} data-over={over || undefined} data-many={(group === null && tiles.length > 5) || undefined} style={style}>
      {group ? (
        <GroupHead project={project} group={group} count={tiles.length} last={groups.length} fresh={fresh} />
      ) : (
        groups.length > 0 && (
          <header className={css['head']}>
            <h3 className="grow">{name}</h3>
            <span className="tiny">{text('groups.count', { count: tiles.length })}</span>
            {groups.length > 1 && usable.length > 1 && (
              <Button variant="light" size="compact-md" onClick={() => shared.board.deal(usable)}>
                {text('groups.deal')}
              </Button>
            )}
          </header>
        )
      )}
      {tiles.length > 0 ? (
        <ul className={css['tiles']}>
          {tiles.map((shown) => (
            <Tile key={shown.key} shown={shown} group={group} {...shared} />
          ))}
        </ul>
      ) : (
        <p className={`${css['empty']} small`}>{text('groups.empty', { key: group?.position ?? 0 })}</p>
      )}
    </section>
  )
}

function Tile({ shown, group, board, shape, home, names }: Shared & { shown: Shown; group: Group | null }) {
  const text = useText()
  const box = useRef<HTMLLIElement>(null)
  const { clip, key } = shown
  const drop = (ids: string[], edge: 'before' | 'after'): void => {
    if (group && clip) board.move(ids, group.id, placeBeside(group, ids, clip.id, edge === 'after'))
  }
  const edge = useDragClip(
    box,
    {
      ids: () => (board.selected.has(key) ? board.chosen.flatMap((one) => one.clip?.id ?? []) : clip ? [clip.id] : []),
      words: (count) => text('groups.clips', { count }),
    },
    group && clip ? { drop } : null,
  )
  return (
    <li ref={box} className={css['tile']} data-edge={edge ?? undefined}>
      <ClipTile
        shown={shown}
        first={clip?.duplicate_of ? names.get(clip.duplicate_of) : undefined}
        group={clip && home.get(clip.id)?.name}
        selected={board.selected.has(key)}
        box={shape}
        current={board.current === key}
        acts={board.acts}
      />
    </li>
  )
}
