import IconShuffle from '@tabler/icons-react/dist/esm/icons/IconArrowsShuffle.mjs'
import IconApp from '@tabler/icons-react/dist/esm/icons/IconSparkles.mjs'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { appsQuery } from '../../api/queries'
import { say } from '../../api/sentences'
import { useText } from '../../i18n/useText'
import { Bone } from '../../kit/Bone'
import { Unread } from '../../kit/ErrorState'
import css from './apps.module.css'

const ICONS: Record<string, typeof IconApp> = { shuffle: IconShuffle } // by the name an app gives; any other has a picture too

/** The apps of the registry: a card each, in their order; one that cannot be used says why. */
export function AppCards() {
  const text = useText()
  const query = useQuery(appsQuery)
  return (
    <section>
      <h2 className={css['head']}>{text('home.apps')}</h2>
      <Unread of={query} />
      {query.isPending && <Bone height={88} />}
      <ul className={css['grid']}>
        {query.data?.items.map((app) => {
          const Icon = ICONS[app.icon] ?? IconApp
          return (
            <li key={app.id} className={`${css['app']} card`} data-off={app.unavailable !== null || undefined}>
              <span className={css['icon']} style={{ ['--app' as string]: app.color }}>
                <Icon size={22} stroke={1.8} aria-hidden />
              </span>
              <div className={css['words']}>
                <span className={css['line']}>
                  {app.unavailable ? (
                    <b>{app.name}</b>
                  ) : (
                    <Link to="/projects/new" search={{ app: app.id }} className={css['name']}>
                      {app.name}
                    </Link>
                  )}
                  {app.flags.map((flag) => (
                    <span key={flag} className={css['flag']}>
                      {text(`home.flag.${flag}`)}
                    </span>
                  ))}
                </span>
                <span className="small">{app.description}</span>
                {app.unavailable && <span className={css['why']}>{say(app.unavailable)}</span>}
              </div>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
