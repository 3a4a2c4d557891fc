import { useQuery } from '@tanstack/react-query'
import { keys } from '../../api/keys'
import { runningQuery } from '../../api/queries'
import { number } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { Unread } from '../../kit/ErrorState'
import { Pictures } from '../../kit/Pictures'
import { Progress } from '../../kit/Progress'
import { usePoll } from '../../live/leader'
import { GenerationLink } from '../../shell/GenerationLink'
import css from './home.module.css'

/** What is being made now, moving as it moves. Nothing is shown where nothing runs, and why where it is not known. */
export function Running() {
  const text = useText()
  const query = useQuery({ ...runningQuery, refetchInterval: usePoll(5000) })
  const items = query.data?.items ?? []
  if (items.length === 0 && query.error === null) return null
  return (
    <section>
      <h2 className={css['head']}>{text('home.running')}</h2>
      <Unread of={query} />
      <ul className={css['list']}>
        {items.map((one) => (
          <li key={one.id} className={`${css['run']} card`}>
            <Pictures urls={one.poster_urls} from={keys.generations} className={css['small']} />
            <div className={css['course']}>
              <div className={css['line']}>
                <GenerationLink id={one.id} className={css['name'] ?? ''}>
                  {one.project_name}
                </GenerationLink>
                <span className="small">
                  {text('home.made-of', { made: number(one.outputs_made), total: number(one.outputs_total) })}
                </span>
              </div>
              <Progress done={one.work_done} total={one.work_total} label={one.project_name} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
