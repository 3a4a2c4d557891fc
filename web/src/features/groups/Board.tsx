import { Button } from '@mantine/core'
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs'
import { useQuery } from '@tanstack/react-query'
import { type CSSProperties, lazy, Suspense, useMemo } from 'react'
import { groupsQuery } from '../../api/library'
import { useText } from '../../i18n/useText'
import { blocked } from '../../kit/blocked'
import { Bone } from '../../kit/Bone'
import { tileShape } from '../../kit/clipShape'
import { ErrorState } from '../../kit/ErrorState'
import { ClipPlayer, useClips } from '../clips/index'
import { AddFiles, merged, type Shown, useUploads } from '../uploads/index'
import css from './board.module.css'
import { Capacity } from './Capacity'
import { Column } from './Column'
import { FirstGroups } from './FirstGroups'
import { homes } from './moves'
import { NoClips } from './NoClips'
import { useBoard } from './useBoard'
import { useNewGroup } from './useNewGroup'

const SelectionBar = lazy(() => import('./SelectionBar').then((module) => ({ default: module.SelectionBar }))) // beside the page
const NONE: never[] = []

/** A project's clips, in their groups: sorted by hand, by menu, or by keys. */
export function Board({ project }: { project: string }) {
  const text = useText()
  const clips = useClips(project)
  const groups = useQuery(groupsQuery(project))
  const items = useUploads()
  const list = clips.data ?? NONE
  const sorted = groups.data ?? NONE
  const shown = useMemo(
    () => merged(list, clips.dataUpdatedAt, items, project),
    [list, clips.dataUpdatedAt, items, project],
  )
  const home = useMemo(() => homes(sorted), [sorted])
  const columns = useMemo(() => byGroup(shown, sorted.map(({ clip_ids: ids }) => ids)), [shown, sorted])
  const order = useMemo(() => [...columns.loose, ...columns.grouped.flat()], [columns])
  const board = useBoard(project, order, sorted)
  const { make, fresh } = useNewGroup(project, sorted)
  const missing = blocked(clips, groups)
  if (missing) return <ErrorState error={missing.error} again={missing.again} />
  if (clips.data === undefined || groups.data === undefined) return <Waiting />
  if (shown.length === 0 && sorted.length === 0) return <NoClips project={project} />

  const names = new Map(list.map(({ id, name }) => [id, name]))
  const opened = board.opened === null ? undefined : board.clipOf(board.opened)
  const playable = order.filter(({ clip }) => clip?.state === 'ready')
  const shape = tileShape(list)
  const shared = { project, board, shape, home, names, groups: sorted }
  return (
    <>
      <div className={css['top']}>
        <h2>{text('groups.clips', { count: shown.length })}</h2>
        <Capacity project={project} groups={sorted} clips={list} />
        <span className={css['acts']}>
          {sorted.length > 0 && (
            <Button variant="default" leftSection={<IconPlus size={18} aria-hidden />} onClick={() => make()}>
              {text('groups.new')}
            </Button>
          )}
          <AddFiles project={project} kind="clip" variant="default">
            {text('groups.add-clips')}
          </AddFiles>
        </span>
      </div>
      {sorted.length === 0 && <FirstGroups project={project} />}
      <div className={css['board']} data-groups={sorted.length > 0 || undefined} style={{ '--shape': shape } as CSSProperties}>
        {(columns.loose.length > 0 || sorted.length === 0) && <Column {...shared} group={null} tiles={columns.loose} fresh={false} />}
        {sorted.length > 0 && (
          <div className={css['columns']}>
            {sorted.map((group, index) => (
              <Column key={group.id} {...shared} group={group} tiles={columns.grouped[index] ?? NONE} fresh={group.id === fresh} />
            ))}
          </div>
        )}
      </div>
      <p className={`${css['keys']} tiny`}>{text('groups.keys', { last: Math.min(9, sorted.length) })}</p>
      <Suspense fallback={null}>
        <SelectionBar board={board} groups={sorted} make={make} />
      </Suspense>
      {opened && (
        <ClipPlayer
          clip={opened}
          first={opened.duplicate_of === null ? undefined : names.get(opened.duplicate_of)}
          step={playable.length > 1 ? (by) => board.setOpened(neighbour(playable, board.opened, by)) : undefined}
          close={() => board.setOpened(null)}
        />
      )}
    </>
  )
}

/** Tiles of each group in its order, and those of none. */
function byGroup(shown: readonly Shown[], groups: readonly string[][]): { loose: Shown[]; grouped: Shown[][] } {
  const byId = new Map(shown.flatMap((one) => (one.clip ? [[one.clip.id, one] as const] : [])))
  const grouped = groups.map((ids) => ids.flatMap((id) => byId.get(id) ?? []))
  const taken = new Set(grouped.flat())
  return { grouped, loose: shown.filter((one) => !taken.has(one)) }
}

function neighbour(playable: readonly Shown[], key: string | null, by: 1 | -1): string | null {
  const at = playable.findIndex((shown) => shown.key === key)
  return playable[(at + by + playable.length) % playable.length]?.key ?? null
}

function Waiting() {
  return (
    <div className={css['waiting']}>
      {[1, 2, 3, 4, 5, 6].map((n) => (
        <Bone key={n} height={190} />
      ))}
    </div>
  )
}
