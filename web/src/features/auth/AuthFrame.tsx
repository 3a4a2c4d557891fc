import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTitle } from '../../shell/Page'
import { LanguageSwitch } from '../../shell/LanguageSwitch'
import { Collage } from '../../kit/Collage'
import { Logo } from '../../kit/Logo'
import css from './auth.module.css'

/** The frame of pages with one short form. */
export function AuthFrame({ title, lead, children, foot }: Record<'title' | 'lead', string> & Frame) {
  useTitle(title)
  return (
    <div className={css['frame']}>
      <main className={css['page']}>
        <Link to="/" className={css['logo']}>
          <Logo size={40} />
          <span>Medley</span>
        </Link>
        <div className={`${css['box']} card`}>
          <h1>{title}</h1>
          {lead && <p className="small">{lead}</p>}
          {children}
        </div>
        {foot && <p className="small">{foot}</p>}
        <LanguageSwitch />
      </main>
      <div className={css['side']}>
        <Collage className={css['collage']} />
      </div>
    </div>
  )
}

interface Frame {
  children?: ReactNode
  foot?: ReactNode
}

/** What is wrong and belongs to no field; its place is kept by nothing, for it is rare and read at once. */
export function Problem({ children }: { children: string | null }) {
  return (
    <div role="alert">{children !== null && <p className={css['problem']}>{children}</p>}</div>
  )
}
