/** Save: hand the browser a file to keep. */

/** From a link that says it is to be saved. */
export function saveFrom(url: string, name: string): void {
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = name
  anchor.rel = 'noopener'
  document.body.append(anchor)
  anchor.click()
  anchor.remove()
}
