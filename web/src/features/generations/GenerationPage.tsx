import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from 'react'
import { clipsQuery, groupsQuery } from '../../api/library'
import { LINKS_MS } from '../../api/links'
import { projectQuery } from '../../api/queries'
import { moment } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { blocked } from '../../kit/blocked'
import { Bone } from '../../kit/Bone'
import { ErrorState } from '../../kit/ErrorState'
import { useEscape } from '../../kit/useEscape'
import { usePoll } from '../../live/leader'
import { Page } from '../../shell/Page'
import { NotFoundPage, PendingPage } from '../../shell/pages'
import { Compare, cutsQuery, Dialog, Grid, type GridHandle, isThere, NOTHING, outputsQuery, Packing, Panel, renewLinks, type Selection, SelectionBar, useSaving } from '../outputs/index'
import css from './generation.module.css'
import { compared } from './matrix'
import { type Generation, generationQuery } from './queries'
import { ratioOf } from './shape'
import { Summary } from './Summary'
import { useColours } from './useColours'

// What a page shows when there is time, or reason: fetched beside it.
const Acts = lazy(() => import('./Acts').then((module) => ({ default: module.Acts })))
const Retention = lazy(() => import('./Retention').then((module) => ({ default: module.Retention })))
const Failures = lazy(() => import('./Failures').then((module) => ({ default: module.Failures })))
const Distinctness = lazy(() => import('./Distinctness').then((module) => ({ default: module.Distinctness })))
const route = getRouteApi('/app/generations/$generationId')
const POLL_MS = 2000

/** One order: how far it is, its videos, and what can be done with them. */
export function GenerationPage() {
  const { generationId } = route.useParams()
  const poll = usePoll(POLL_MS)
  const query = useQuery({
    ...generationQuery(generationId),
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? poll : false),
  })
  const missing = blocked(query)
  if (missing?.gone) return <NotFoundPage />
  if (missing) return <ErrorState error={missing.error} again={missing.again} />
  return query.data ? <Opened key={generationId} generation={query.data} /> : <PendingPage />
}

function Opened({ generation }: { generation: Generation }) {
  const text = useText()
  const client = useQueryClient()
  const navigate = useNavigate()
  const { id, state, planned, outputs_total: total, project_id: project } = generation
  const { video } = route.useSearch()
  const poll = usePoll(POLL_MS)
  const wide = useMediaQuery('(min-width: 1080px)') ?? true
  const grid = useRef<GridHandle>(null)
  const [selection, setSelection] = useState<Selection>(NOTHING)
  const [pair, setPair] = useState<readonly [number, number] | null>(null)
  const { data: projectData } = useQuery(projectQuery(project)) // none if it was deleted: its videos stay
  const outputs = useQuery({ ...outputsQuery(client, id), refetchInterval: state === 'running' ? poll : LINKS_MS })
  const manifest = useQuery({ ...cutsQuery(id), enabled: planned })
  const cuts = manifest.data
  const { data: groups } = useQuery({ ...groupsQuery(project), retry: false })
  const { data: clips } = useQuery({ ...clipsQuery(project), retry: false })
  const items = useMemo(() => outputs.data?.items ?? [], [outputs.data])
  const among = useMemo(() => cuts && compared(cuts, items), [cuts, items])
  const saving = useSaving(id)
  const { stripOf, coloursOf } = useColours(cuts, groups, clips)
  const onStale = useCallback(() => renewLinks(client, id), [client, id])
  const open = useCallback(
    (n: number | null) => void navigate({ to: '.', search: n === null ? {} : { video: n }, replace: true, resetScroll: false }),
    [navigate],
  )
  const opened = items.find(({ n }) => n === video)
  const onStep = (by: 1 | -1): void => {
    const at = items.findIndex(({ n }) => n === video)
    open(items[(at + by + items.length) % items.length]?.n ?? null)
  }
  const onClose = (): void => {
    open(null)
    requestAnimationFrame(() => grid.current?.focus())
  }
  useEscape(wide && opened !== undefined && pair === null, onClose)
  const chosen = items.filter(({ n }) => selection.chosen.has(n))
  const [left, right] = pair?.map((n) => items.find((each) => each.n === n)) ?? []
  const there = items.filter(isThere).length
  const unread = blocked(outputs)
  const panel = opened && (
    <Suspense fallback={<Bone height={400} />}>
      <Panel generation={id} output={opened} cuts={cuts} among={among} stripOf={stripOf} onStep={onStep} onClose={onClose} onSave={() => saving.save([opened.n])} />
    </Suspense>
  )
  const more = { projectId: project }
  return (
    <Page
      bare
      title={text('generations.title', { count: total })}
      above={
        <>
          {projectData && (
            <Link to="/projects/$projectId" params={more} className="link">
              {projectData.name}
            </Link>
          )}{' '}
          · <span className="whole">{moment(generation.created_at)}</span>
        </>
      }
      actions={
        <>
          <Suspense fallback={null}>
            <Acts generation={generation} name={projectData?.name ?? ''} more={Math.min(50, total)} />
          </Suspense>
          <Button onClick={() => saving.save(null)} loading={saving.busy} disabled={there === 0}>
            {text('generations.save-all')}
          </Button>
        </>
      }
    >
      <div className={css['columns']}>
        <div className={css['main']}>
          <Summary generation={generation} />
          <Suspense fallback={null}>
            {saving.bundles.map((bundle) => (
              <Packing key={bundle.id} bundle={bundle} onSave={(n) => saving.saveAgain(bundle.id, n)} onRemove={() => saving.remove(bundle.id)} />
            ))}
            <Failures generation={generation} outputs={items} />
          </Suspense>
          {unread && <ErrorState error={unread.error} again={unread.again} />}
          {items.length === 0 && !unread && state === 'running' && <Bone height={240} />}
          {items.length > 0 && <Grid
            handle={grid}
            outputs={items}
            ratio={ratioOf(generation, items)}
            selection={selection}
            opened={video ?? null}
            coloursOf={coloursOf}
            onSelect={setSelection}
            onOpen={open}
            onStale={onStale}
          />}
          {chosen.length > 0 && (
            <SelectionBar
              chosen={chosen}
              busy={saving.busy}
              onCompare={(one, other) => setPair([one, other])}
              onSave={saving.save}
              onClear={() => setSelection(NOTHING)}
            />
          )}
        </div>
        <aside className={css['aside']} aria-label={text('generations.aside')}>
          {wide && panel && <div className={`${css['side']} card`}>{panel}</div>}
          <Suspense fallback={<Bone height={240} />}>
            <Distinctness generation={generation} cuts={among} manifest={manifest} onPair={(one, other) => setPair([one, other])} />
          </Suspense>
          <Suspense fallback={null}>
            <Retention generation={id} made={generation.outputs_made} />
          </Suspense>
        </aside>
      </div>
      {!wide && panel && opened && (
        <Dialog label={opened.title} bare onClose={onClose}>
          {panel}
        </Dialog>
      )}
      {left && right && (
        <Dialog label={text('generations.compare')} onClose={() => setPair(null)}>
          <Suspense fallback={<Bone height={400} />}>
            <Compare generation={id} app={generation.app} two={[left, right]} cuts={cuts} stripOf={stripOf} />
          </Suspense>
        </Dialog>
      )}
    </Page>
  )
}
