import { useEffect, useRef, useState } from 'react'
import { count } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import css from './welcome.module.css'

const TICK_MS = 420

/** The number, ticking to what it is now; who hears the page hears the last one alone. */
export function Count({ capacity }: { capacity: string }) {
  const text = useText()
  const [shown, setShown] = useState(() => Number(capacity))
  const from = useRef(shown)
  useEffect(() => {
    const to = Number(capacity)
    const begin = from.current
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    const start = performance.now()
    let frame = 0
    const step = (now: number): void => {
      const part = still ? 1 : Math.min(1, (now - start) / TICK_MS)
      from.current = Math.round(begin + (to - begin) * (1 - (1 - part) ** 3))
      setShown(from.current)
      if (part < 1) frame = requestAnimationFrame(step)
    }
    frame = requestAnimationFrame(step)
    return () => cancelAnimationFrame(frame)
  }, [capacity])
  return (
    <p className={css['count']}>
      <b aria-hidden>{count(String(shown))}</b>
      <span aria-hidden>{text('welcome.possible')}</span>
      <span className="unseen" aria-live="polite">
        {`${count(capacity)} ${text('welcome.possible')}`}
      </span>
    </p>
  )
}
