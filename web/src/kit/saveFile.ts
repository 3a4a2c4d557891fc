/** Save: hand the person a file to keep. */

/** A text that was made in the page, as a file of this name. */
export function saveFile(name: string, type: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  saveFrom(url, name)
  URL.revokeObjectURL(url)
}

/** From a link that says it is to be saved. */
export function saveFrom(url: string, name: string): void {
  const anchor = Object.assign(document.createElement('a'), { href: url, download: name, rel: 'noopener' })
  document.body.append(anchor)
  anchor.click()
  anchor.remove()
}
