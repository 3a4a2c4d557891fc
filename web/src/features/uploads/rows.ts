/** Rows: three truths as one list. What this page sends, what the API knows, and what it was told by a push. */
import type { Asset, Clip } from '../../api/library'
import { explain, say } from '../../api/sentences'
import type { Text } from '../../i18n/useText'
import type { Item, Phase } from './queue'
import { BucketError, FileChanged } from './send'

/** `reading`: all bytes are there and the file is looked at. */
export type RowState = Phase | 'reading' | 'ready' | 'rejected' | 'duplicate'

export interface Row {
  item: Item
  state: RowState
  /** The clip or asset, once the API told of it. */
  one: Clip | Asset | undefined
}

/** Rows of the panel, by the clip or asset that each file became; what fails or moves stands before what is done. */
export function rowsOf(items: readonly Item[], library: ReadonlyMap<string, Clip | Asset>): Row[] {
  const rows = items.map((item): Row => {
    const one = item.target === null ? undefined : library.get(item.target)
    return { item, one, state: stateOf(item, one) }
  })
  return rows
    .map((row, index) => ({ row, index }))
    .sort((a, b) => RANK[a.row.state] - RANK[b.row.state] || a.index - b.index)
    .map(({ row }) => row)
}

const RANK: Record<RowState, number> = {
  failed: 0, missing: 1, sending: 2, paused: 3, waiting: 4, rejected: 5, reading: 6, duplicate: 7, ready: 8, sent: 8,
}

export function stateOf(item: Item, one: Clip | Asset | undefined): RowState {
  if (one?.state === 'ready') return 'duplicate_of' in one && one.duplicate_of !== null ? 'duplicate' : 'ready'
  if (one?.state === 'rejected') return 'rejected'
  return item.phase === 'sent' ? 'reading' : item.phase
}

/** A tile of a grid. */
export interface Shown {
  key: string
  clip: Clip | undefined
  item: Item | undefined
}

/** What a grid shows of a project: its clips, as they were fetched when, and files that no clip is known of yet. */
export function merged(clips: readonly Clip[], fetchedAt: number, items: readonly Item[], project: string): Shown[] {
  const ours = items.filter((item) => item.kind === 'clip' && item.project === project)
  const byTarget = new Map(ours.flatMap((item) => (item.target === null ? [] : [[item.target, item] as const])))
  const known = new Set(clips.map(({ id }) => id))
  return [
    ...clips.map((clip): Shown => {
      const item = byTarget.get(clip.id)
      return { key: item?.key ?? clip.id, clip, item } // the tile stays the same one when its clip arrives
    }),
    ...ours
      .filter(({ target, phase, sentAt }) => (target === null || !known.has(target)) && !(phase === 'sent' && sentAt < fetchedAt)) // deleted
      .map((item): Shown => ({ key: item.key, clip: undefined, item })),
  ]
}

/** Why a row is not ready, in words. */
export function whyOf({ item, one }: Pick<Row, 'item' | 'one'>, text: Text): string | null {
  if (one?.state === 'rejected' && one.reason) return say(one.reason)
  const { problem } = item
  if (problem === null) return null
  if (problem instanceof FileChanged) return text('uploads.file-changed')
  if (problem instanceof BucketError) return text('uploads.not-stored', { status: problem.status })
  return explain(problem)
}
