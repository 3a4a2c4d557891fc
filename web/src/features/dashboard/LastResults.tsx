import { useQuery } from '@tanstack/react-query'
import { keys } from '../../api/keys'
import { ago } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { Pictures } from '../../kit/Pictures'
import { usePoll } from '../../live/leader'
import { GenerationLink } from '../../shell/GenerationLink'
import css from './home.module.css'
import { lastGenerationsQuery } from './queries'

/** What was made lately: its first videos, and a sentence. */
export function LastResults() {
  const text = useText()
  const { data } = useQuery({ ...lastGenerationsQuery, refetchInterval: usePoll(15_000) })
  if (!data || data.items.length === 0) return null
  return (
    <section>
      <h2 className={css['head']}>{text('home.results')}</h2>
      <ul className={css['shelf']}>
        {data.items.map((one) => (
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
