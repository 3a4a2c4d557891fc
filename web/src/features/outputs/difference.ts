/** Difference: what two videos show both, and what tells them apart; for a person's eyes. */
import { fraction } from '../../form/summary'
import type { Shown } from './likeness'

type Cut = readonly Shown[]
type ByClip = ReadonlyMap<string, Cut>

/** A clip that both videos show, each in its own way. */
export interface Apart<T> {
  name: string
  first: readonly T[]
  second: readonly T[]
}

/** From one second of a clip to another. */
export interface Part {
  from: number
  to: number
}

export interface Difference {
  /** Clips that both show, and that only one of them shows; by name. */
  common: string[]
  onlyFirst: string[]
  onlySecond: string[]
  /** Clips that both show, but at other speeds (as the API writes them), in other looks, or other parts of them. */
  speeds: Apart<string>[]
  looks: Apart<string>[]
  parts: Apart<Part>[]
  /** What both show comes in another order. */
  reordered: boolean
}

export function difference(one: Cut, other: Cut): Difference {
  const [first, second] = [byClip(one), byClip(other)]
  const order = (cut: Cut): string => cut.flatMap(({ clip_id: clip }) => (first.has(clip) && second.has(clip) ? [clip] : [])).join()
  const common = named(first, (clip) => second.has(clip))
  return {
    common,
    onlyFirst: named(first, (clip) => !second.has(clip)),
    onlySecond: named(second, (clip) => !first.has(clip)),
    speeds: apart(first, second, ({ speed }) => speed),
    looks: apart(first, second, ({ look }) => look),
    parts: apart(first, second, partOf),
    reordered: common.length > 1 && order(one) !== order(other),
  }
}

/** Names of clips of one kind. */
function named(found: ByClip, take: (clip: string) => boolean): string[] {
  return [...found].flatMap(([clip, [shot]]) => (shot && take(clip) ? [shot.name] : []))
}

/** Clips that both show, of which something is not the same. */
function apart<T>(first: ByClip, second: ByClip, of: (shot: Shown) => T): Apart<T>[] {
  return [...first].flatMap(([clip, shots]) => {
    const [here, there] = [each(shots, of), each(second.get(clip) ?? [], of)]
    const same = JSON.stringify(here) === JSON.stringify(there)
    return there.length === 0 || same ? [] : [{ name: shots[0]?.name ?? '', first: here, second: there }]
  })
}

function byClip(cut: Cut): Map<string, Shown[]> {
  const found = new Map<string, Shown[]>()
  for (const shot of cut) found.set(shot.clip_id, [...(found.get(shot.clip_id) ?? []), shot])
  return found
}

/** What shots have, each once, in one order. */
function each<T>(shots: Cut, of: (shot: Shown) => T): T[] {
  const found = new Map(shots.map((shot) => [JSON.stringify(of(shot)), of(shot)]))
  return [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, value]) => value)
}

const hundredth = (value: number): number => Math.round(100 * value) / 100

function partOf({ start_s: from, duration_s: seconds, speed }: Shown): Part {
  return { from: hundredth(from), to: hundredth(from + seconds * fraction(speed)) }
}
