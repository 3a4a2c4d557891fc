/** Cues: when each clip of a planned video comes on, from where in the clip, and how fast. */
import { fraction } from '../../../form/summary'
import type { Shot } from '../queries'

export interface Cue {
  clip: string
  /** In the video, in seconds. */
  at: number
  end: number
  /** In the clip, in seconds. */
  start: number
  rate: number
  look: string
  group: string | null
  caption: string | null
  /** How it passes into the next, and for how long both are seen. */
  passage: string
  overlap: number
}

export function cues(shots: readonly Shot[], fps: number): Cue[] {
  return shots.map((shot) => ({
    clip: shot.clip_id,
    at: shot.at_s,
    end: shot.at_s + shot.duration_s,
    start: shot.start_s,
    rate: fraction(shot.speed),
    look: shot.look,
    group: shot.group,
    caption: shot.caption,
    passage: shot.transition?.kind ?? 'cut',
    overlap: (shot.transition?.frames ?? 0) / fps,
  }))
}

/** The place of the cue that is on at a time: the last that has begun. */
export function cueAt(list: readonly Cue[], time: number): number {
  const after = list.findIndex(({ at }) => at > time)
  return Math.max(0, (after < 0 ? list.length : after) - 1)
}

/** Where its clip stands at a time of the video. */
export function clipTime(cue: Cue, time: number): number {
  return cue.start + Math.max(0, time - cue.at) * cue.rate
}

/** The time of the video when its clip stands there. */
export function videoTime(cue: Cue, inClip: number): number {
  return Math.min(cue.end, Math.max(cue.at, cue.at + (inClip - cue.start) / cue.rate))
}

export function lengthOf(list: readonly Cue[]): number {
  return list.at(-1)?.end ?? 0
}
