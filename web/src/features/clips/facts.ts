/** Facts: what is known of a clip, in words. */
import type { Clip } from '../../api/library'
import { say } from '../../api/sentences'
import { bytes, clock, number } from '../../i18n/format'
import type { Text } from '../../i18n/useText'

const YOUNG_MS = 180_000

/** `0:04 · 1280 × 720 · 30 frames a second · no sound · 3.2 MB`. */
export function factsOf({ facts, size_bytes: size }: Clip, text: Text): string {
  if (facts === null) return bytes(size)
  const { duration_s: seconds, width, height, fps, has_audio: sound } = facts
  const parts = [
    clock(seconds),
    `${width} × ${height}`,
    text('clips.fps', { fps: number(Math.round(fps * 100) / 100) }),
    !sound && text('clips.silent'),
    bytes(size),
  ]
  return parts.filter(Boolean).join(' · ')
}

/** What is odd about a clip: as it was read, and that it is there twice. */
export function remarksOf(clip: Clip, first: string | undefined, text: Text): string[] {
  const twice = clip.duplicate_of !== null && text('clips.same-as', { name: first ?? '' })
  return [twice, ...clip.warnings.map((warning) => say(warning))].filter((remark) => remark !== false).map(capital)
}

/** Whether a clip was begun so lately that whoever sends it, here or elsewhere, may well be at it. */
export function isYoung({ created_at: at }: Clip, now = Date.now()): boolean {
  return now - Date.parse(at) < YOUNG_MS
}

/** A sentence of its own begins with a capital letter. */
function capital(words: string): string {
  return words.charAt(0).toLocaleUpperCase() + words.slice(1)
}
