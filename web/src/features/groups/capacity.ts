/** Capacity: how many different videos there can be, as a sum that people can follow. */
import type { Clip, Group } from '../../api/library'

export interface Sum {
  /** Ready clips of each group, in the order of the groups; empty if the number is not their product. */
  factors: number[]
  /** The number, as decimal digits. */
  total: string
}

/** How many different clips of each group can be mixed: a clip that is there twice counts once. */
export function readyCounts(groups: readonly Group[], clips: readonly Clip[]): number[] {
  const ready = new Map(clips.filter(({ state }) => state === 'ready').map((clip) => [clip.id, clip.duplicate_of ?? clip.id]))
  return groups.map(({ clip_ids: ids }) => new Set(ids.flatMap((id) => ready.get(id) ?? [])).size)
}

/** `3 × 3 × 2 = 18`, if that is how the number comes about; else the number alone. */
export function sumOf(counts: readonly number[], capacity: string): Sum {
  const product = counts.reduce((all, count) => all * BigInt(count), 1n)
  return { factors: counts.length > 1 && product === BigInt(capacity) ? [...counts] : [], total: capacity }
}
