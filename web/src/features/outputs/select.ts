/** Selection: outputs that are marked, by number, and where a range begins. */
export interface Selection {
  chosen: ReadonlySet<number>
  /** The place a range with Shift begins at. */
  anchor: number | null
}

export const NOTHING: Selection = { chosen: new Set(), anchor: null }

/** Mark one, or unmark it. */
export function toggle({ chosen }: Selection, numbers: readonly number[], place: number): Selection {
  const n = numbers[place]
  if (n === undefined) return { chosen, anchor: null }
  const next = new Set(chosen)
  if (!next.delete(n)) next.add(n)
  return { chosen: next, anchor: place }
}

/** Mark all from where the range begins to a place; those marked before stay so. */
export function extend({ chosen, anchor }: Selection, numbers: readonly number[], place: number, from: number): Selection {
  const start = anchor ?? from
  const [low, high] = start < place ? [start, place] : [place, start]
  return { chosen: new Set([...chosen, ...numbers.slice(low, high + 1)]), anchor: start }
}

/** Mark all. */
export function all(numbers: readonly number[]): Selection {
  return { chosen: new Set(numbers), anchor: 0 }
}
