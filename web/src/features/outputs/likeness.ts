/** Likeness: how much of two videos is the same, by the clips they show. */
import type { components } from '../../api/schema'

export type Shot = components['schemas']['Shot']
type Cut = readonly Pick<Shot, 'clip_id' | 'frames' | 'name'>[]

/** The share of the shorter one whose clips the other shows too, 0 to 1. */
export function likeness(one: Cut, other: Cut): number {
  const [there, here] = [framesByClip(one), framesByClip(other)]
  let common = 0
  for (const [clip, frames] of there) common += Math.min(frames, here.get(clip) ?? 0)
  const shorter = Math.min(total(one), total(other))
  return shorter > 0 ? common / shorter : 0
}

export interface Nearest {
  n: number
  share: number
  common: number
  clips: number
}

/** The video most like one of them; null without another. */
export function nearest(n: number, cuts: ReadonlyMap<number, { shots: Cut }>): Nearest | null {
  const own = cuts.get(n)?.shots
  if (own === undefined) return null
  let found: Nearest | null = null
  const clips = new Set(own.map(({ clip_id }) => clip_id))
  for (const [other, { shots: cut }] of cuts) {
    if (other === n) continue
    const share = likeness(own, cut)
    if (found !== null && share <= found.share) continue
    const common = new Set(cut.map(({ clip_id }) => clip_id).filter((clip) => clips.has(clip))).size
    found = { n: other, share, common, clips: clips.size }
  }
  return found
}

export interface Difference {
  common: string[]
  onlyFirst: string[]
  onlySecond: string[]
  /** The same clips, one after the other in another order. */
  reordered: boolean
}

/** Which clips two videos share, and which only one of them shows; by name. */
export function difference(one: Cut, other: Cut): Difference {
  const [first, second] = [new Set(one.map(({ clip_id }) => clip_id)), new Set(other.map(({ clip_id }) => clip_id))]
  const named = (cut: Cut, take: (clip: string) => boolean): string[] => [
    ...new Set(cut.filter(({ clip_id }) => take(clip_id)).map(({ name }) => name)),
  ]
  const common = named(one, (clip) => second.has(clip))
  const order = (cut: Cut, in_: ReadonlySet<string>): string => cut.map(({ clip_id }) => clip_id).filter((clip) => in_.has(clip)).join()
  return {
    common,
    onlyFirst: named(one, (clip) => !second.has(clip)),
    onlySecond: named(other, (clip) => !first.has(clip)),
    reordered: common.length > 1 && order(one, second) !== order(other, first),
  }
}

function framesByClip(cut: Cut): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { clip_id, frames } of cut) sums.set(clip_id, (sums.get(clip_id) ?? 0) + frames)
  return sums
}

const total = (cut: Cut): number => cut.reduce((sum, { frames }) => sum + frames, 0)
