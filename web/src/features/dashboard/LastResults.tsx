import { useQuery } from '@tanstack/react-query'
import { keys } from '../../api/keys'
import { ago } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { Unread } from '../../kit/ErrorState'
import { Pictures } from '../../kit/Pictures'
import { usePoll } from '../../live/leader'
import { GenerationLink } from '../../shell/GenerationLink'
import css from './home.module.css'
import { lastGenerationsQuery } from './queries'

/** What was made lately: its first videos, and a sentence. */
export function LastResults() {
  const text = useText()
  const query = useQuery({ ...lastGenerationsQuery, refetchInterval: usePoll(15_000) })
  const items = query.data?.items ?? []
  if (items.length === 0 && query.error === null) return null
  return (
    <section>
      <h2 className={css['head']}>{text('home.results')}</h2>
      <Unread of={query} />
      <ul className={css['shelf']}>
        {items.map((one) => (
          <li key={one.id} className={`${css['result']} card`} data-state={one.state}>
            <Pictures urls={one.poster_urls} from={keys.generations} className={css['tall']} />
            <div className={css['words']}>
              <GenerationLink id={one.id} className={css['name'] ?? ''}>
                {one.project_name}
              </GenerationLink>
              <span className="small">
                {text('home.result', { state: one.state, made: one.outputs_made, total: one.outputs_total })}
              </span>
              <span className="tiny">{ago(one.finished_at ?? one.created_at)}</span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
