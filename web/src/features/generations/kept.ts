/** Kept: for how many days videos can be kept, when so many are what they are kept for now. */
const USUAL = [7, 30, 60, 90, 180, 365]

/** What is offered: as many as now, and more up to the most there can be; it is never made shorter. */
export function choicesOf(now: number, most: number): number[] {
  const longer = [...USUAL, most].filter((days) => days > now && days <= most)
  return [...new Set([now, ...longer])].sort((one, other) => one - other)
}
