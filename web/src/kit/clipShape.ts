/** Shapes of pictures, width by height. */

export const UPRIGHT = 9 / 16
const WIDE = 4 / 3 // of tiles for wide clips: as much of them as a column shows well

interface Measured {
  facts: { width: number; height: number } | null
}

/** The shape of a tile that shows most of most of these clips; upright while none is known. */
export function tileShape(clips: readonly Measured[]): number {
  const known = clips.flatMap(({ facts }) => facts ?? [])
  const wide = known.filter(({ width, height }) => width > height).length
  return wide * 2 > known.length ? WIDE : UPRIGHT
}
