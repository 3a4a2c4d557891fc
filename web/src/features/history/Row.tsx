import { Link } from '@tanstack/react-router'
import { keys } from '../../api/keys'
import { moment, number } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { Pictures } from '../../kit/Pictures'
import { Progress } from '../../kit/Progress'
import { GenerationLink } from '../../shell/GenerationLink'
import css from './history.module.css'
import type { Generation } from './queries'
import { useSettings } from './useSettings'

const MORE = 50

/** One order: its first videos, what was asked in a sentence, what became of it, and the same once more. */
export function Row({ one }: { one: Generation }) {
  const text = useText()
  const settings = useSettings(one.app, one.spec)
  const more = Math.min(MORE, one.outputs_total)
  const to = `/projects/${one.project_id}/mix` as string
  return (
    <li className={css['row']}>
      <Pictures urls={one.poster_urls} from={keys.generations} className={css['pictures']} />
      <div className={css['what']}>
        <GenerationLink id={one.id} className={css['name'] ?? ''}>
          {text('history.videos', { count: one.outputs_total, project: one.project_name })}
        </GenerationLink>
        <div className="small">{settings}</div>
        <div className="tiny">{moment(one.created_at)}</div>
      </div>
      <div className={css['state']} data-state={one.state}>
        <span>
          {text('history.state', { state: one.state, made: number(one.outputs_made), failed: number(one.outputs_failed) })}
        </span>
        {one.state === 'running' ? (
          <Progress done={one.work_done} total={one.work_total} label={one.project_name} />
        ) : (
          <span className="tiny">{text('history.cost', { count: one.charged })}</span>
        )}
      </div>
      <div className={css['acts']}>
        {one.project_deleted ? (
          <span className="tiny">{text('history.deleted')}</span>
        ) : (
          <>
            <Link to={to} search={{ from: one.id } as never} className={css['act']} aria-label={text('history.again-of', { project: one.project_name })}>
              {text('history.again')}
            </Link>
            <Link to={to} search={{ from: one.id, more } as never} className={css['act']} aria-label={text('history.more-of', { count: more, project: one.project_name })}>
              {text('history.more', { count: more })}
            </Link>
          </>
        )}
      </div>
    </li>
  )
}
