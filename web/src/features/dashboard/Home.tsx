import { Button } from '@mantine/core'
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useUser } from '../../api/session'
import { useText } from '../../i18n/useText'
import { usePoll } from '../../live/leader'
import { Page } from '../../shell/Page'
import { AppCards } from './AppCards'
import { First } from './First'
import css from './home.module.css'
import { LastResults } from './LastResults'
import { Projects } from './Projects'
import { projectsQuery } from './queries'
import { Running } from './Running'

/** The first page: what runs, what was made, what there is, what can be begun. */
export function Home() {
  const text = useText()
  const { name } = useUser()
  const { data } = useQuery({ ...projectsQuery(''), refetchInterval: usePoll(60_000) })
  const isNew = data?.items.length === 0
  return (
    <Page
      title={text('home.title', { name })}
      actions={
        !isNew && (
          <Button component={Link} to="/projects/new" leftSection={<IconPlus size={18} aria-hidden />}>
            {text('home.new')}
          </Button>
        )
      }
    >
      <div className={css['page']}>
        {isNew && <First />}
        <Running />
        <LastResults />
        {!isNew && <Projects />}
        <AppCards />
      </div>
    </Page>
  )
}
