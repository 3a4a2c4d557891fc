/**
 * Likeness: how much of two videos is the same. Two shots show the same as far as they show the same part of a clip, at
 * one speed and in one look: what the API's distinctness calls footage, counted as it does.
 */
import type { components } from '../../api/schema'

export type Shot = components['schemas']['Shot']
export type Shown = Pick<Shot, 'clip_id' | 'name' | 'start_frame' | 'start_s' | 'frames' | 'duration_s' | 'speed' | 'look'>
type Cut = readonly Shown[]
type Span = readonly [from: number, to: number]

interface Footage {
  /** Stretches in frames of the video, by clip, speed and look; what is shown twice counts once. */
  spans: ReadonlyMap<string, readonly Span[]>
  frames: number
}

const known = new WeakMap<Cut, Footage>()

/** The share of the shorter one that the other shows too, 0 to 1. */
export function likeness(one: Cut, other: Cut): number {
  const [first, second] = [footageOf(one), footageOf(other)]
  let common = 0
  for (const [footage, spans] of first.spans)
    for (const [from, to] of spans)
      for (const [start, end] of second.spans.get(footage) ?? []) common += Math.max(0, Math.min(to, end) - Math.max(from, start))
  const shorter = Math.min(first.frames, second.frames)
  return shorter > 0 ? common / shorter : 0
}

/** A share in whole per cent, rounded by way of tenths as the API gives it; 100 is said of what is whole only. */
export function percentOf(share: number): number {
  return share >= 1 ? 100 : Math.min(99, Math.round(Math.round(1000 * share) / 10))
}

export interface Nearest {
  n: number
  share: number
}

/** The video most like one of them; null without another. */
export function nearest(n: number, cuts: ReadonlyMap<number, { shots: Cut }>): Nearest | null {
  const own = cuts.get(n)?.shots
  if (own === undefined) return null
  let found: Nearest | null = null
  for (const [other, { shots }] of cuts) {
    if (other === n) continue
    const share = likeness(own, shots)
    if (found === null || share > found.share) found = { n: other, share }
  }
  return found
}

function footageOf(cut: Cut): Footage {
  const found = known.get(cut) ?? merged(cut)
  known.set(cut, found)
  return found
}

function merged(cut: Cut): Footage {
  const spans = new Map<string, Span[]>()
  for (const { clip_id: clip, speed, look, start_frame: start, frames } of cut) {
    const [source, played] = ratio(speed)
    const from = Math.floor((start * played) / source)
    const footage = JSON.stringify([clip, speed, look])
    spans.set(footage, [...(spans.get(footage) ?? []), [from, from + frames]])
  }
  for (const [footage, own] of spans) spans.set(footage, union(own))
  const frames = [...spans.values()].flat().reduce((sum, [from, to]) => sum + to - from, 0)
  return { spans, frames }
}

function union(spans: readonly Span[]): Span[] {
  const found: Span[] = []
  for (const [from, to] of spans.toSorted(([one], [other]) => one - other)) {
    const last = found.at(-1)
    if (last && from <= last[1]) found[found.length - 1] = [last[0], Math.max(last[1], to)]
    else found.push([from, to])
  }
  return found
}

/** Frames of the clip to frames of the video, in whole numbers: of `5/4` or `1.25`. */
function ratio(speed: string): [source: number, played: number] {
  const [over = '1', under = '1'] = speed.split('/')
  const scale = 10 ** Math.max(decimals(over), decimals(under))
  return [Math.round(Number(over) * scale), Math.round(Number(under) * scale)]
}

const decimals = (digits: string): number => digits.split('.')[1]?.length ?? 0
