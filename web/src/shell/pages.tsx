import { Button } from '@mantine/core'
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { useText } from '../i18n/useText'
import { Bone } from '../kit/Bone'
import { EmptyState } from '../kit/EmptyState'
import { ErrorState } from '../kit/ErrorState'
import { Logo } from '../kit/Logo'
import { useTitle } from './Page'
import css from './Page.module.css'
import { isReplaced, loadAgain, readAnew } from './replaced'

/** What a page that broke, or could not be loaded, shows instead. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  if (isReplaced()) return <ReplacedPage />
  return (
    <ErrorState
      error={error}
      again={() => {
        reset()
        void router.invalidate()
      }}
    />
  )
}

/** A part of this page is not there any more: it is read anew, or a person is asked to. */
function ReplacedPage() {
  const text = useText()
  const [comes] = useState(readAnew)
  if (comes) return <PendingPage />
  return (
    <EmptyState title={text('shell.updated')}>
      <p className="small">{text('shell.updated-why')}</p>
      <Button variant="default" onClick={loadAgain}>
        {text('shell.load-again')}
      </Button>
    </EmptyState>
  )
}

/** An address that leads nowhere, or to something of somebody else's: the two are not told apart. */
export function NotFoundPage() {
  const text = useText()
  useTitle(text('shell.not-found'))
  return (
    <EmptyState whole title={text('shell.not-found')}>
      <p className="small">{text('shell.not-found-why')}</p>
      <Link to="/home" className="link">
        {text('shell.to-home')}
      </Link>
    </EmptyState>
  )
}

/** The same outside the app's frame. */
export function NowherePage() {
  return (
    <main className={css['nowhere']}>
      <Link to="/" aria-label="Medley">
        <Logo />
      </Link>
      <NotFoundPage />
    </main>
  )
}

/** Keeps the place of a page that is on its way. */
export function PendingPage() {
  return (
    <div style={{ padding: 'var(--s5)', display: 'grid', gap: 'var(--s4)' }}>
      <Bone height={28} width="min(40%, 280px)" />
      <Bone height={140} />
      <Bone height={140} />
    </div>
  )
}
