import type { ReactNode } from 'react'
import css from './states.module.css'

interface EmptyStateProps {
  title: string
  /** It is the whole page, so its title is the page's. */
  whole?: boolean
  picture?: ReactNode
  children?: ReactNode
}

/** A place with nothing in it yet: what will be here, and the next step. */
export function EmptyState({ title, whole = false, picture, children }: EmptyStateProps) {
  const Heading = whole ? 'h1' : 'h2'
  return (
    <div className={css['state']}>
      {picture}
      <Heading>{title}</Heading>
      {children}
    </div>
  )
}
