/** Outputs of one generation, as they are known: each in its latest state, whatever order answers come in. */
import type { components } from '../../api/schema'

export type Output = components['schemas']['Output']

export interface Outputs {
  /** What was seen: only later changes are asked for. */
  seq: number
  /** By number. */
  items: readonly Output[]
  /** When the oldest links in it were signed, in milliseconds. */
  signed: number
}

export const none = (signed: number): Outputs => ({ seq: 0, items: [], signed })

/** What is known with what an answer says; of two states of one output the later stays. */
export function merge(known: Outputs, fresh: readonly Output[], seq: number): Outputs {
  const byNumber = new Map(known.items.map((output) => [output.n, output]))
  let moved = false
  for (const output of fresh) {
    const old = byNumber.get(output.n)
    if (old !== undefined && old.seq > output.seq) continue
    if (old !== undefined && old.seq === output.seq && (old.progress ?? 0) > (output.progress ?? 0)) continue
    byNumber.set(output.n, output)
    moved = true
  }
  const items = moved ? [...byNumber.values()].sort((a, b) => a.n - b.n) : known.items
  return { seq: Math.max(known.seq, seq), items, signed: known.signed }
}

/** Whether it can be played and saved. */
export function isThere(output: Output): boolean {
  return output.state === 'made' && output.gone_at === null && !isOver(output)
}

/** How it stands, as `outputs.state.…` says it: of what was made also whether it is still there. */
export function standingOf(output: Output): Output['state'] | 'over' | 'gone' {
  return isOver(output) ? 'over' : output.gone_at !== null ? 'gone' : output.state
}

/** Whether the days it was kept for are over. */
export function isOver({ expires_at }: Output, now = Date.now()): boolean {
  return expires_at !== null && Date.parse(expires_at) <= now
}
