import { TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useText } from '../../i18n/useText'
import { Bone } from '../../kit/Bone'
import { Unread } from '../../kit/ErrorState'
import { usePoll } from '../../live/leader'
import { ProjectCard } from '../projects/index'
import css from './home.module.css'
import { projectsQuery } from './queries'

const SETTLES_MS = 150

/** The newest projects, or those whose names contain what is looked for. */
export function Projects() {
  const text = useText()
  const [sought, setSought] = useState('')
  const [search] = useDebouncedValue(sought.trim(), SETTLES_MS)
  const query = useQuery({ ...projectsQuery(search), placeholderData: keepPreviousData, refetchInterval: usePoll(60_000) })
  const items = query.data?.items
  return (
    <section>
      <div className={css['head']}>
        <h2>{text('home.projects')}</h2>
        <TextInput
          type="search"
          size="sm"
          className={css['search'] ?? ''}
          aria-label={text('home.search')}
          placeholder={text('home.search')}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
        />
        <Link to="/projects" search={search ? { search } : {}} className="link small">
          {text('home.all-projects')}
        </Link>
      </div>
      <Unread of={query} />
      {query.isPending && <Bone height={196} />}
      {items && items.length > 0 && (
        <ul className={css['grid']} data-dim={query.isPlaceholderData || undefined}>
          {items.map((project) => (
            <ProjectCard key={project.id} project={project} />
          ))}
        </ul>
      )}
      {search !== '' && items?.length === 0 && <p className={`${css['none']} small`}>{text('home.none-found', { search })}</p>}
    </section>
  )
}
