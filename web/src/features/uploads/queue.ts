/** Queue: files of this browser on their way to a project, as a value, and what may be read off it. */

/** `missing`: begun before this page was loaded; the file itself has to be given again. */
export type Phase = 'waiting' | 'sending' | 'paused' | 'failed' | 'missing' | 'sent'
export type Kind = 'clip' | 'audio' | 'image'

export interface Item {
  key: string
  project: string
  kind: Kind
  name: string
  /** Bytes. */
  size: number
  /** When the file was last changed, in milliseconds; a file is known again by name, size and this. */
  modified: number
  phase: Phase
  /** Bytes that left; those of a part that did not arrive whole count again. */
  sent: number
  /** The clip or asset that waits for the file, once it was asked for. */
  target: string | null
  /** Why it failed. */
  problem: unknown
  /** When all of it had left, in milliseconds; 0 until then. */
  sentAt: number
}

export const FILES_AT_ONCE = 3

export function changed(items: readonly Item[], key: string, change: Partial<Item>): readonly Item[] {
  return items.map((item) => (item.key === key ? { ...item, ...change } : item))
}

/** The files whose turn it is. */
export function startable(items: readonly Item[]): readonly Item[] {
  const places = FILES_AT_ONCE - items.filter((item) => item.phase === 'sending').length
  return places > 0 ? items.filter((item) => item.phase === 'waiting').slice(0, places) : []
}

export interface Totals {
  files: number
  waiting: number
  sending: number
  paused: number
  failed: number
  missing: number
  sent: number
  /** Of all that is on its way or has left. */
  bytes: number
  bytesSent: number
}

export function totals(items: readonly Item[]): Totals {
  const sum: Totals = {
    files: items.length, waiting: 0, sending: 0, paused: 0, failed: 0, missing: 0, sent: 0, bytes: 0, bytesSent: 0,
  }
  for (const item of items) {
    sum[item.phase] += 1
    if (item.phase === 'failed' || item.phase === 'missing') continue
    sum.bytes += item.size
    sum.bytesSent += Math.min(item.sent, item.size)
  }
  return sum
}

/** Whether closing the page now loses bytes that are nowhere else yet. */
export function holdsBytes(items: readonly Item[]): boolean {
  return items.some(({ phase }) => phase === 'waiting' || phase === 'sending' || phase === 'paused')
}

/** How much has left, of 100. */
export function percent({ bytes, bytesSent }: Totals): number {
  return bytes === 0 ? 100 : Math.floor((100 * bytesSent) / bytes)
}

export type Milestone = 'start' | 'quarter' | 'half' | 'three' | 'end'

const MARKS: readonly [Milestone, number][] = [
  ['three', 75],
  ['half', 50],
  ['quarter', 25],
]

/** What is worth saying aloud after a change: each milestone once, the highest if several were passed. */
export function milestone(before: readonly Item[], after: readonly Item[]): Milestone | null {
  const moves = (items: readonly Item[]): boolean =>
    items.some(({ phase }) => phase === 'waiting' || phase === 'sending')
  if (!moves(before) && moves(after)) return 'start'
  if (moves(before) && !moves(after)) return after.some(({ phase }) => phase === 'paused') ? null : 'end'
  if (!moves(after) || before.length !== after.length) return null
  const [was, is] = [percent(totals(before)), percent(totals(after))]
  return MARKS.find(([, mark]) => was < mark && is >= mark)?.[0] ?? null
}
