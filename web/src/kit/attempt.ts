/** Attempts: what a person had done, whatever page is open when the answer comes. */
import { explain } from '../api/sentences'
import { wrong } from './failed'
import { toast } from './toasts'

/** Say it where work fails; go on where it does not. Callbacks of `mutate` end with their component, these do not. */
export function attempt<T>(work: Promise<T>, done?: (result: T) => void, words: (error: unknown) => string = explain): void {
  work.then(done, (error: unknown) => toast(wrong(error, words(error))))
}
