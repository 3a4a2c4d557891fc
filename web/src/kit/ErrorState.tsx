import { Button } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import { ApiError, OFFLINE } from '../api/errors'
import { explain } from '../api/sentences'
import { useText } from '../i18n/useText'
import type { Asked } from './blocked'
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

/** The same in a line of a page that stays; where it was told to wait it asks again by itself. Calm: nothing is lost. */
export function ErrorNote({ error, again, calm = false }: { error: unknown; again: (() => void) | null; calm?: boolean }) {
  const text = useText()
  const known = error instanceof ApiError ? error : null
  const seconds = known?.retryAfterS ?? 0
  return (
    <div className={css['note']} data-calm={calm || undefined}>
      <p role={calm ? 'status' : 'alert'}>
        {calm && <b>{text('kit.older')}</b>} {explain(error)}
      </p>
      {known?.quotable && <RequestId id={known.quotable} />}
      {again && (known === null || known.passes || seconds > 0) && <Again key={known?.requestId} seconds={seconds} again={again} byItself />}
    </div>
  )
}

interface List extends Asked {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  isFetchNextPageError: boolean
  fetchNextPage: () => unknown
}

/** What could not be read, in its place. Where it is there from before it stays, and a line says that it is older. */
export function Unread({ of: asked }: { of: Asked | List }) {
  const { data, error } = asked
  if (error === null || ('isFetchNextPageError' in asked && asked.isFetchNextPageError)) return null
  const again = (): void => void asked.refetch()
  return data === undefined ? <ErrorState error={error} again={again} /> : <ErrorNote calm error={error} again={again} />
}

/** The way to the next page of a list, and why it did not come. */
export function More({ of: list, children }: { of: List; children: ReactNode }) {
  if (!list.hasNextPage) return null
  return (
    <>
      {list.isFetchNextPageError && <ErrorNote error={list.error} again={null} />}
      <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {children}
      </Button>
    </>
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
