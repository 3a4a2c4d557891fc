/** Frames: which of a filmstrip's pictures is looked at, and how it covers its place. */
import type { CSSProperties } from 'react'

export const FRAMES = 10 // of a filmstrip, evenly spread over its clip

/** The picture under a place, from the left of a box. */
export function frameAt(x: number, width: number): number {
  if (width <= 0) return 0
  return Math.max(0, Math.min(FRAMES - 1, Math.floor((x / width) * FRAMES)))
}

/** One picture of a filmstrip, as the only one that is seen of it. */
export function frameStyle(url: string, frame: number): CSSProperties {
  return {
    backgroundImage: `url("${url}")`,
    backgroundSize: `${FRAMES * 100}% 100%`,
    backgroundPosition: `${(100 * frame) / (FRAMES - 1)}% 0`,
  }
}

/** A box of a picture's shape that covers one of another shape, in its middle. Shapes are width by height. */
export function cover(picture: number, box: number): CSSProperties {
  return picture > box
    ? { aspectRatio: picture, height: '100%', width: 'auto' }
    : { aspectRatio: picture, width: '100%', height: 'auto' }
}
