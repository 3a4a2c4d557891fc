import { useEffect } from 'react'
import { useLatest } from './useLatest'

const CLOSED_BY_IT = '[role=menu], [role=dialog], dialog'

/** While `on`, Escape does this wherever the focus is, unless that is in something that Escape closes itself. */
export function useEscape(on: boolean, run: () => void): void {
  const latest = useLatest(run)
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const within = event.target instanceof Element && event.target.closest(CLOSED_BY_IT) !== null
      if (event.key === 'Escape' && !event.defaultPrevented && !within) latest.current()
    }
    if (on) window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [on, latest])
}
