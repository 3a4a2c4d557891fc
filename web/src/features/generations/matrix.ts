/** Matrix: how alike the first videos are, each with each; for a plot and its words. */
import { likeness, type Cut, type Output } from '../outputs/index'

export interface Matrix {
  numbers: readonly number[]
  /** Rows of shares, 0 to 1; a video with itself is 1. */
  shares: readonly (readonly number[])[]
}

/** The cuts of videos that are there or still come: what could not be made is compared with nothing. */
export function compared(cuts: ReadonlyMap<number, Cut>, outputs: readonly Output[]): ReadonlyMap<number, Cut> {
  const lost = new Set(outputs.filter(({ state }) => state === 'failed' || state === 'cancelled').map(({ n }) => n))
  return lost.size === 0 ? cuts : new Map([...cuts].filter(([n]) => !lost.has(n)))
}

export function matrix(cuts: ReadonlyMap<number, Cut>, most: number): Matrix {
  const shown = [...cuts.values()].slice(0, most)
  return {
    numbers: shown.map(({ n }) => n),
    shares: shown.map((one) => shown.map((other) => (one === other ? 1 : likeness(one.shots, other.shots)))),
  }
}

export interface Shade {
  /** 0 to 1. */
  share: number
  /** Columns and rows, from 0. */
  cells: readonly (readonly [number, number])[]
}

/** The squares of a plot by how full their colour is, in so many steps; the diagonal is none of them. */
export function shades({ shares }: Matrix, steps: number): Shade[] {
  const found: [number, number][][] = Array.from({ length: steps }, () => [])
  for (const [y, line] of shares.entries())
    for (const [x, share] of line.entries()) if (x !== y) found[Math.round(share * (steps - 1))]?.push([x, y])
  return found.flatMap((cells, step) => (cells.length > 0 ? [{ share: step / (steps - 1), cells }] : []))
}
