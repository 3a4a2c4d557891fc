import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useText } from '../../i18n/useText'
import { blocked } from '../../kit/blocked'
import { usePoll } from '../../live/leader'
import { EmptyState } from '../../kit/EmptyState'
import { ErrorState } from '../../kit/ErrorState'
import { Page } from '../../shell/Page'
import { NotFoundPage, PendingPage } from '../../shell/pages'
import { begin, type Beginning, loadDraft, newSeed } from './draft'
import { Mixer } from './Mixer'
import { assetsQuery, type Clip, clipsQuery, type Group, groupsQuery, type Project, projectQuery, settingsQuery } from './queries'

const route = getRouteApi('/app/projects/$projectId/mix')

/** Where an order is put together: from a draft, from an earlier order, or anew. */
export function MixPage() {
  const { projectId } = route.useParams()
  const { from, more } = route.useSearch()
  const poll = usePoll(8000)
  const project = useQuery(projectQuery(projectId))
  const clips = useQuery({ ...clipsQuery(projectId), refetchInterval: poll })
  const groups = useQuery(groupsQuery(projectId))
  const settings = useQuery({ ...settingsQuery(from ?? '', more), enabled: from !== undefined })
  const missing = blocked(project, clips, groups, settings)
  if (missing?.gone) return <NotFoundPage />
  if (missing) return <ErrorState error={missing.error} again={missing.again} />
  if (!project.data || !clips.data || !groups.data || (from && !settings.data)) return <PendingPage />
  if (!clips.data.some(({ state }) => state === 'ready')) return <Nothing project={project.data} />
  return (
    <Begun
      key={`${projectId} ${from ?? ''} ${more ?? ''}`}
      project={project.data}
      clips={clips.data}
      groups={groups.data}
      asked={from ? (settings.data?.spec ?? null) : null}
      continues={more !== undefined}
    />
  )
}

function Nothing({ project }: { project: Project }) {
  const text = useText()
  return (
    <Page title={text('mix.title')} above={project.name}>
      <EmptyState title={text('mix.nothing')}>
        <p className="small">{text('mix.nothing-why')}</p>
        <Link to="/projects/$projectId" params={{ projectId: project.id }} className="link">
          {text('mix.to-clips')}
        </Link>
      </EmptyState>
    </Page>
  )
}

interface BegunProps {
  project: Project
  clips: readonly Clip[]
  groups: readonly Group[]
  /** The settings of an earlier order. */
  asked: Record<string, unknown> | null
  continues: boolean
}

function Begun({ project, clips, groups, asked, continues }: BegunProps) {
  const assets = useQuery(assetsQuery(project.id))
  const [begun] = useState<Beginning>(() => ({
    draft: asked ? { values: asked, seed: newSeed() } : (loadDraft(project.id) ?? { values: begin(clips, groups), seed: newSeed() }),
    own: asked === null,
    continues: asked !== null && continues,
  }))
  return <Mixer project={project} clips={clips} groups={groups} assets={assets.data ?? []} begun={begun} />
}
