/** Move: where a key leads in a grid of so many columns. */
export interface Layout {
  total: number
  columns: number
  /** Rows that are seen at once. */
  rows: number
}

/** The place a key leads to from another; null for keys that lead nowhere. The edges hold. */
export function move(key: string, from: number, { total, columns, rows }: Layout): number | null {
  const by = steps(key, columns, rows)
  if (key === 'Home') return 0
  if (key === 'End') return Math.max(0, total - 1)
  if (by === null) return null
  const to = from + by
  if (to >= 0 && to < total) return to
  const sideways = Math.abs(by) === 1
  if (sideways) return from
  if (to < 0) return Math.abs(by) === columns ? from : from % columns
  const last = Math.floor((total - 1) / columns)
  if (Math.floor(from / columns) === last) return from
  return Math.min(total - 1, last * columns + (from % columns))
}

function steps(key: string, columns: number, rows: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return 1
    case 'ArrowLeft':
      return -1
    case 'ArrowDown':
      return columns
    case 'ArrowUp':
      return -columns
    case 'PageDown':
      return columns * Math.max(1, rows)
    case 'PageUp':
      return -columns * Math.max(1, rows)
    default:
      return null
  }
}
