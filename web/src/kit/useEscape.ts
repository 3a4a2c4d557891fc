import { useEffect } from 'react'
import { useLatest } from './useLatest'

/** While `on`, Escape does this wherever the focus is, unless what has the focus knew what to do with it. */
export function useEscape(on: boolean, run: () => void): void {
  const latest = useLatest(run)
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) latest.current()
    }
    if (on) window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [on, latest])
}
