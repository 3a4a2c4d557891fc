import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

/** To the page of one generation, which several features name and one draws. */
export function GenerationLink({ id, children, className }: { id: string; children: ReactNode; className?: string }) {
  const to: string = `/generations/${id}`
  return (
    <Link to={to} className={className ?? 'link'}>
      {children}
    </Link>
  )
}
