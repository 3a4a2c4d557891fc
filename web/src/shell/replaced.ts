/** Replaced: after a release an old page asks for parts that are gone. It is read anew, once; then a person is asked. */
const KEPT = 'medley.reloaded'
const PAUSE_MS = 60_000
let gone = false
let reloading = false

/** Hear of parts that are gone; also of those that are only fetched in advance: nothing happens until one is needed. */
export function watchParts(): void {
  addEventListener('vite:preloadError', (event) => {
    event.preventDefault() // or the router reads the page anew by itself, once for each part
    gone = true
  })
}

/** Whether a part of this page is gone. */
export const isReplaced = (): boolean => gone

/** Whether the page is being read anew because of that: not twice in a minute. */
export function readAnew(): boolean {
  const last = Number(sessionStorage.getItem(KEPT) ?? 0)
  if (!reloading && Date.now() - last >= PAUSE_MS) loadAgain()
  return reloading
}

export function loadAgain(): void {
  reloading = true
  sessionStorage.setItem(KEPT, String(Date.now()))
  location.reload()
}
