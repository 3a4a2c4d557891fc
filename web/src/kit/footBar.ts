const GAP = 8 // pixels between what floats

/** A bar at the foot of a page, `<div ref={footBar}>`: what floats over pages stands above it, by its height `--bar`. */
export function footBar(bar: HTMLElement | null): (() => void) | undefined {
  return bar === null ? undefined : follow(bar, 0)
}

/** The same of a bar that floats itself. */
export function floatingBar(bar: HTMLElement | null): (() => void) | undefined {
  return bar === null ? undefined : follow(bar, GAP)
}

function follow(bar: HTMLElement, gap: number): () => void {
  const { style } = document.documentElement
  const observer = new ResizeObserver(() => style.setProperty('--bar', `${bar.offsetHeight + gap}px`))
  observer.observe(bar)
  return () => {
    observer.disconnect()
    style.removeProperty('--bar')
  }
}
