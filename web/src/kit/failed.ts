import { ApiError } from '../api/errors'
import { explain } from '../api/sentences'
import { type Toast, toast } from './toasts'

/** Words on what went wrong, with the number to tell us where the fault is ours. */
export function wrong(error: unknown, text = explain(error)): Toast {
  const request = error instanceof ApiError ? error.quotable : null
  return { text, bad: true, ...(request !== null && { request }) }
}

/** Say in a toast what went wrong: `onError: failed`. */
export function failed(error: unknown): void {
  toast(wrong(error))
}
