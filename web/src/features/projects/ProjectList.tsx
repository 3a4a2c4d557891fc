import { Button, TextInput } from '@mantine/core'
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs'
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs'
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { LINKS_MS } from '../../api/links'
import { useText } from '../../i18n/useText'
import { Bone } from '../../kit/Bone'
import { EmptyState } from '../../kit/EmptyState'
import { More, Unread } from '../../kit/ErrorState'
import { Tabs } from '../../kit/Tabs'
import { Page } from '../../shell/Page'
import { ProjectCard } from './ProjectCard'
import css from './projects.module.css'
import { projectsQuery, SHELVES } from './queries'
import { RestoreProject } from './RestoreProject'

const route = getRouteApi('/app/projects')

/** All projects of a shelf, found by name; the address says which. */
export function ProjectList() {
  const text = useText()
  const navigate = useNavigate()
  const { shelf = 'open', search = '' } = route.useSearch()
  const query = useInfiniteQuery({ ...projectsQuery(shelf, search), placeholderData: keepPreviousData, refetchInterval: LINKS_MS })
  const projects = query.data?.pages.flatMap((page) => page.items)
  const look = (change: { shelf?: typeof shelf; search?: string }): void =>
    void navigate({ to: '/projects', search: { shelf, search, ...change }, replace: true })
  return (
    <Page
      title={text('projects.title')}
      actions={
        <Button
          component={Link}
          to="/projects/new"
          leftSection={<IconPlus size={18} aria-hidden />}
        >
          {text('projects.new')}
        </Button>
      }
    >
      <div className={css['bar']}>
        <Tabs
          label={text('projects.shelves')}
          value={shelf}
          options={SHELVES.map((value) => ({ value, label: text(`projects.shelf.${value}`) }))}
          onChange={(value) => look({ shelf: value })}
        />
        <TextInput
          type="search"
          size="sm"
          className={css['search'] ?? ''}
          aria-label={text('projects.search')}
          placeholder={text('projects.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          defaultValue={search}
          onChange={(event) => look({ search: event.currentTarget.value })}
        />
      </div>
      <Unread of={query} />
      {query.isPending && <Waiting />}
      {projects && projects.length > 0 && (
        <ul className={css['grid']} data-dim={query.isPlaceholderData || undefined}>
          {projects.map((project) => (
            <ProjectCard key={project.id} project={project} closed={shelf === 'deleted'}>
              {shelf === 'deleted' && <RestoreProject project={project} />}
            </ProjectCard>
          ))}
        </ul>
      )}
      <More of={query}>{text('projects.more')}</More>
      {projects?.length === 0 && <Nothing search={search} shelf={shelf} />}
    </Page>
  )
}

function Waiting() {
  return (
    <div className={css['grid']}>
      {[1, 2, 3, 4, 5, 6].map((n) => (
        <Bone key={n} height={196} />
      ))}
    </div>
  )
}

function Nothing({ search, shelf }: { search: string; shelf: string }) {
  const text = useText()
  if (search) return <EmptyState title={text('projects.none-found', { search })} />
  if (shelf !== 'open') return <EmptyState title={text(`projects.none.${shelf}`)} />
  return (
    <EmptyState title={text('projects.first')}>
      <p className="small">{text('projects.first-why')}</p>
      <Button component={Link} to="/projects/new">
        {text('projects.new')}
      </Button>
    </EmptyState>
  )
}
