import { Button } from '@mantine/core'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useText } from '../../i18n/useText'
import { Bone } from '../../kit/Bone'
import { EmptyState } from '../../kit/EmptyState'
import { More, Unread } from '../../kit/ErrorState'
import { Tabs } from '../../kit/Tabs'
import { usePoll } from '../../live/leader'
import { Page } from '../../shell/Page'
import css from './history.module.css'
import { historyQuery, type State } from './queries'
import { Row } from './Row'

const route = getRouteApi('/app/history')
const SHOWN = ['all', 'running', 'made', 'failed'] as const

/** All orders of all projects. */
export function History() {
  const text = useText()
  const navigate = useNavigate()
  const { state } = route.useSearch()
  const query = useInfiniteQuery({
    ...historyQuery(state),
    placeholderData: keepPreviousData,
    refetchInterval: usePoll(10_000),
  })
  const items = query.data?.pages.flatMap((page) => page.items)
  return (
    <Page title={text('history.title')}>
      <div className={css['bar']}>
        <Tabs<State | 'all'>
          label={text('history.filter')}
          value={state ?? 'all'}
          options={SHOWN.map((value) => ({ value, label: text(`history.show.${value}`) }))}
          onChange={(value) =>
            void navigate({ to: '/history', search: value === 'all' ? {} : { state: value }, replace: true })
          }
        />
      </div>
      <Unread of={query} />
      {query.isPending && <Bone height={220} />}
      {items && items.length > 0 && (
        <ol className={`${css['list']} card`}>
          {items.map((one) => (
            <Row key={one.id} one={one} />
          ))}
        </ol>
      )}
      {items?.length === 0 && (
        <EmptyState title={text(state ? 'history.none' : 'history.nothing')}>
          {state === undefined && (
            <Button component={Link} to="/projects">
              {text('history.to-projects')}
            </Button>
          )}
        </EmptyState>
      )}
      <More of={query}>{text('history.earlier')}</More>
    </Page>
  )
}
