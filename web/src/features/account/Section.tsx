import type { ReactNode } from 'react'
import css from './account.module.css'

/** One part of the account. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={`${css['section']} card`}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}
