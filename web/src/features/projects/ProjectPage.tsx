import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { useText } from '../../i18n/useText'
import { blocked } from '../../kit/blocked'
import { ErrorState } from '../../kit/ErrorState'
import { Tabs } from '../../kit/Tabs'
import { Back, Page } from '../../shell/Page'
import { NotFoundPage, PendingPage } from '../../shell/pages'
import { Assets } from '../assets/index'
import { useClips } from '../clips/index'
import { Board } from '../groups/index'
import { DropPage } from '../uploads/index'
import css from './projects.module.css'
import { type Project, projectQuery } from './queries'
import { RenameProject } from './RenameProject'

const ProjectMenu = lazy(() => import('./ProjectMenu').then((module) => ({ default: module.ProjectMenu }))) // beside the page
const route = getRouteApi('/app/projects/$projectId')
const PARTS = ['clips', 'assets'] as const

/** One project: what it holds, and what can be done to it. */
export function ProjectPage() {
  const { projectId } = route.useParams()
  const query = useQuery(projectQuery(projectId))
  const missing = blocked(query)
  if (missing?.gone) return <NotFoundPage />
  if (missing) return <ErrorState error={missing.error} again={missing.again} />
  return query.data ? <Opened key={projectId} project={query.data} /> : <PendingPage />
}

function Opened({ project }: { project: Project }) {
  const text = useText()
  const navigate = useNavigate()
  const { part = 'clips' } = route.useSearch()
  const [naming, setNaming] = useState(false)
  const mixable = useClips(project.id).data?.some(({ state }) => state === 'ready') // the next step, once there is something
  return (
    <Page
      title={project.name}
      above={<Back to="/projects">{text('projects.title')}</Back>}
      actions={
        <Button
          component={Link}
          to="/projects/$projectId/mix"
          params={{ projectId: project.id } as never}
          variant={mixable ? 'filled' : 'default'}
        >
          {text('projects.mix')}
        </Button>
      }
    >
      {naming && <RenameProject project={project} done={() => setNaming(false)} />}
      <div className={css['bar']}>
        <Tabs
          label={text('projects.parts')}
          value={part}
          options={PARTS.map((value) => ({ value, label: text(`projects.part.${value}`) }))}
          onChange={(next) =>
            void navigate({
              to: '/projects/$projectId',
              params: { projectId: project.id },
              search: next === 'assets' ? { part: next } : {},
              replace: true,
            })
          }
        />
        <Suspense fallback={null}>
          <ProjectMenu project={project} rename={() => setNaming(true)} />
        </Suspense>
      </div>
      {part === 'clips' ? <Board project={project.id} /> : <Assets project={project.id} />}
      <DropPage project={project.id} withPictures={part === 'assets'} />
    </Page>
  )
}
