import IconMovie from '@tabler/icons-react/dist/esm/icons/IconMovie.mjs'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { keys } from '../../api/keys'
import { ago } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { Pictures } from '../../kit/Pictures'
import css from './card.module.css'
import type { ListedProject } from './queries'

interface ProjectCardProps {
  project: ListedProject
  /** It cannot be opened as it is; `children` is what can be done. */
  closed?: boolean
  children?: ReactNode
}

/** A project as it is known in lists: its first clips, its name, how much it holds. */
export function ProjectCard({ project, closed = false, children }: ProjectCardProps) {
  const text = useText()
  const { id, name, clips, poster_urls: urls, created_at: created } = project
  return (
    <li className={`${css['card']} card`}>
      {!closed && clips > 0 && <Pictures urls={urls} from={keys.projects} />}
      {!closed && clips === 0 && (
        <span className={css['none']}>
          <IconMovie size={32} stroke={1.3} aria-hidden />
        </span>
      )}
      <div className={css['words']}>
        {closed ? (
          <b className="break">{name}</b>
        ) : (
          <Link to="/projects/$projectId" params={{ projectId: id }} className={css['name']}>
            {name}
          </Link>
        )}
        <span className="tiny">
          {!closed && `${text('projects.clips', { count: clips })} · `}
          {text('projects.made', { when: ago(created) })}
        </span>
        {children}
      </div>
    </li>
  )
}
