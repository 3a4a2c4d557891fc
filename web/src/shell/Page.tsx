import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import { Status } from './Status'
import css from './Page.module.css'

interface PageProps {
  title: string
  /** A line above the title: where this page belongs. */
  above?: ReactNode
  /** Buttons of the page, the one next step last. */
  actions?: ReactNode
  /** The page takes the whole width and its own padding. */
  bare?: boolean
  children: ReactNode
}

/** A page of the app: its title for people, the tab and screen readers; its buttons; what runs and the balance. */
export function Page({ title, above, actions, bare = false, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useTitle(title)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  return (
    <>
      <header className={css['top']} data-bare={bare || undefined}>
        <div className={css['title']}>
          {above && <div className={`${css['above']} tiny`}>{above}</div>}
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
        </div>
        <Status />
        {actions && <div className={css['actions']}>{actions}</div>}
      </header>
      {bare ? children : <div className={css['content']}>{children}</div>}
    </>
  )
}

/** The name of the page in its tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === 'Medley' ? title : `${title} · Medley`
  }, [title])
}

/** A way back in the line above a title. */
export function Back({ to, children }: { to: '/home' | '/projects' | '/history' | '/account'; children: ReactNode }) {
  return (
    <Link to={to} className="link">
      {children}
    </Link>
  )
}
