import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { ApiError, OFFLINE } from '../api/errors'
import { explain } from '../api/sentences'
import { useText } from '../i18n/useText'
import { RequestId } from './RequestId'
import css from './states.module.css'
import { useLatest } from './useLatest'

/** What went wrong, in words, with the way on: again, after the time that was asked for; and the number to quote. */
export function ErrorState({ error, again }: { error: unknown; again?: () => void }) {
  const text = useText()
  const known = error instanceof ApiError ? error : null
  const ours = known === null || known.status >= 500
  return (
    <div className={css['state']}>
      <div role="alert">
        <h2>{text(known?.code === OFFLINE ? 'kit.no-connection' : ours ? 'kit.our-fault' : 'kit.not-now')}</h2>
        <p className="small">{explain(error)}</p>
      </div>
      {known?.quotable && (
        <p className="small">
          <RequestId id={known.quotable} />
        </p>
      )}
      {again && <Again key={known?.requestId} seconds={known?.retryAfterS ?? 0} again={again} />}
    </div>
  )
}

/** The same in a line of a page that stays; where it was told to wait it asks again by itself. */
export function ErrorNote({ error, again }: { error: unknown; again: (() => void) | null }) {
  const known = error instanceof ApiError ? error : null
  const seconds = known?.retryAfterS ?? 0
  return (
    <div className={css['note']}>
      <p role="alert">{explain(error)}</p>
      {known?.quotable && <RequestId id={known.quotable} />}
      {again && (known === null || known.passes || seconds > 0) && <Again key={known?.requestId} seconds={seconds} again={again} byItself />}
    </div>
  )
}

/** Another try, once the seconds that were asked for are over. */
function Again({ seconds, again, byItself = false }: { seconds: number; again: () => void; byItself?: boolean }) {
  const text = useText()
  const latest = useLatest(again)
  const [left, setLeft] = useState(Math.ceil(seconds))
  const waits = left > 0
  useEffect(() => {
    if (!waits) return undefined
    const timer = setInterval(() => setLeft((now) => now - 1), 1000)
    return () => clearInterval(timer)
  }, [waits])
  useEffect(() => {
    if (byItself && seconds > 0 && !waits) latest.current()
  }, [byItself, seconds, waits, latest])
  return (
    <Button variant="default" onClick={again} disabled={waits}>
      {waits ? text('kit.again-in', { seconds: left }) : text('kit.again')}
    </Button>
  )
}
