/** Announcements: sentences for those who hear the page, said once each by a region that the shell keeps. */
const listeners = new Set<(sentence: string) => void>()

export function announce(sentence: string): void {
  for (const listener of listeners) listener(sentence)
}

export function onAnnouncement(listener: (sentence: string) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
