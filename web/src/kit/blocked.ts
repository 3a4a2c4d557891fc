/** Blocked: what keeps a page that needs several answers from being drawn. */
import { ApiError } from '../api/errors'

export interface Asked {
  data: unknown
  error: unknown
  refetch: () => unknown
}

export interface Blocked {
  error: unknown
  /** What the page is about is not there, or is somebody else's. */
  gone: boolean
  /** Ask for all that failed again. */
  again: () => void
}

/**
 * The error a page shows in its own place; null while it can be drawn, or is on its way. What was there stays, whatever
 * becomes of asking for it once more, unless the answer is that it is gone.
 */
export function blocked(...asked: readonly Asked[]): Blocked | null {
  const isGone = ({ error }: Asked): boolean => error instanceof ApiError && error.absent
  const failed = asked.filter((each) => each.error !== null && (each.data === undefined || isGone(each)))
  const [first] = failed
  if (first === undefined) return null
  const again = (): void => failed.forEach((each) => void each.refetch())
  return { error: first.error, gone: failed.some(isGone), again }
}
