import { explain } from '../api/sentences'
import { toast } from './toasts'

/** Say in a toast what went wrong: `onError: failed`. */
export function failed(error: unknown): void {
  toast({ text: explain(error), bad: true })
}
