import { useMediaQuery } from '@mantine/hooks'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useCallback, useMemo, useState } from 'react'
import { ApiError } from '../../api/errors'
import { keys } from '../../api/keys'
import { walletQuery } from '../../api/queries'
import { placed } from '../../form/faults'
import type { Library } from '../../form/library'
import { SchemaForm } from '../../form/SchemaForm'
import type { Values } from '../../form/values'
import { useText } from '../../i18n/useText'
import { ErrorNote } from '../../kit/ErrorState'
import { footBar } from '../../kit/footBar'
import { groupColor } from '../../kit/groupColor'
import { Page } from '../../shell/Page'
import { colorist } from './colors'
import { type Beginning, newSeed, saveDraft } from './draft'
import { Effects } from './Effects'
import { FootBar } from './FootBar'
import css from './mix.module.css'
import { shortfall } from './order'
import { Player } from './player/Player'
import { simplified } from './player/near'
import { Presets } from './Presets'
import { type Asset, type Clip, clipsQuery, type Group, type Project } from './queries'
import { Rendered } from './Rendered'
import { Sheet } from './Sheet'
import { Shelf } from './Shelf'
import { Missing } from './Shortfall'
import { useSmaller } from './smaller'
import { Strips } from './Strips'
import { Unanswered } from './Unanswered'
import { type Mix, useMix } from './useMix'
import { useOrder } from './useOrder'

export interface MixerProps {
  project: Project
  clips: readonly Clip[]
  groups: readonly Group[]
  assets: readonly Asset[]
  begun: Beginning
}

/** The options, what they make possible, the first videos of it, and the order. */
export function Mixer({ project, clips, groups, assets, begun }: MixerProps) {
  const text = useText()
  const client = useQueryClient()
  const narrow = useMediaQuery('(max-width: 760px)') ?? false
  const { data: wallet } = useQuery(walletQuery)
  const mix = useMix(project.id, project.app, begun)
  const [chosen, setChosen] = useState(1)
  const [shot, setShot] = useState<number | null>(null)
  const [lit, setLit] = useState<string | null>(null)
  const [away, setAway] = useState<number | null>(null) // the price of which it was read that credits are missing
  const order = useOrder(project.id, () => begun.own && saveDraft(project.id, { values: mix.values, seed: newSeed() }))
  const library = useLibraryOf(clips, groups, assets)
  const colorOf = useMemo(() => colorist(groups, clips), [groups, clips])
  const videos = mix.plan?.videos ?? []
  const video = videos.find(({ n }) => n === chosen) ?? videos[0]
  const onStep = (by: 1 | -1): void => {
    const at = videos.findIndex((one) => one === video)
    setChosen(videos[(at + by + videos.length) % videos.length]?.n ?? 1)
  }
  const onStale = useCallback(() => client.fetchQuery({ ...clipsQuery(project.id), staleTime: 0 }), [client, project.id])
  const short = wallet && mix.quote ? shortfall(mix.quote.price, mix.quote.count, wallet.available) : null
  const askAgain = (): void => void client.refetchQueries({ queryKey: keys.quotes(project.id), type: 'active' })
  const planAgain = (): void => void client.refetchQueries({ queryKey: keys.plans(project.id), type: 'active' })
  const smaller = useSmaller(project.id, project.app, mix.form, mix.seeded, short && wallet ? wallet.available : null)
  const refused = order.error instanceof ApiError && order.error.code !== 'not_enough_credits' ? order.error : null
  const faults = useMemo(() => ({ ...mix.faults, ...placed(refused) }), [mix.faults, refused])
  const near = simplified(mix.seeded)
  const notes = useMost(mix)
  const form = mix.form && (
    <SchemaForm
      app={project.app}
      form={mix.form}
      values={mix.values}
      initials={mix.initials}
      faults={faults}
      notes={notes}
      library={library}
      onChange={mix.change}
    />
  )
  const wrong = !mix.settled || Object.keys(mix.faults).length > 0 || mix.problem !== null
  const problem = mix.problem ?? (refused && Object.keys(placed(refused)).length === 0 ? refused : null)
  return (
    <Page
      bare
      title={text(begun.continues ? 'mix.title-more' : 'mix.title')}
      above={
        <Link to="/projects/$projectId" params={{ projectId: project.id }} className="link">
          {project.name}
        </Link>
      }
    >
      <div className={css['columns']}>
        <Shelf project={project.id} clips={clips} groups={groups} lit={lit} onLight={setLit} />
        <div className={css['middle']}>
          {short && short.required !== away && (
            <Missing
              short={short}
              reserved={wallet?.reserved ?? 0}
              smaller={smaller}
              refused={order.error !== null && refused === null}
              onFewer={(count) => mix.change({ ...mix.values, count })}
              onSmaller={({ values }) => mix.change({ ...mix.values, ...values })}
              onClose={() => setAway(short.required)}
            />
          )}
          {mix.plan && video && (
            <Player
              plan={mix.plan}
              video={video}
              clips={clips}
              assets={assets}
              spec={mix.seeded}
              onStep={onStep}
              onShot={setShot}
              onStale={onStale}
            />
          )}
          {mix.plan && (
            <p className={`${css['near']} small`}>
              {text('mix.exact')} {near.length > 0 && text('mix.simplified', { what: near.map((name) => text(`mix.near.${name}`)).join(', ') })}
            </p>
          )}
          {mix.plan && <Rendered project={project.id} spec={mix.seeded} fits={!wrong} left={mix.plan.previews_left} />}
          {mix.limited !== null && <p className={`${css['near']} small`}>{text(begun.continues ? 'mix.limited-more' : 'mix.limited', { count: mix.limited })}</p>}
          {problem !== null && (
            <ErrorNote error={problem} again={mix.problem === null ? null : askAgain} />
          )}
          {mix.unplanned !== null && <ErrorNote error={mix.unplanned} again={planAgain} />}
          {mix.unplanned === null && (
            <Strips
              plan={mix.plan}
              clips={clips}
              colorOf={colorOf}
              chosen={video?.n ?? 1}
              shot={shot}
              lit={lit}
              old={mix.old}
              onChoose={setChosen}
              onLight={setLit}
              onAnother={begun.continues ? null : mix.another}
            />
          )}
          {mix.quote && <Effects quote={mix.quote} />}
        </div>
        {!narrow && (
          <section className={`${css['options']} card`} aria-label={text('mix.options')} inert={order.busy}>
            {form}
          </section>
        )}
      </div>
      <div className={css['bottom']} ref={footBar}>
        {order.left && <Unanswered order={order.left} onAgain={order.again} onForget={order.forget} />}
        <FootBar
          quote={mix.quote}
          old={mix.old}
          available={wallet?.available}
          wrong={wrong || order.left !== null}
          busy={order.busy}
          onOrder={() => {
            setAway(null)
            order.place(mix.seeded)
          }}
        >
          {narrow && <Sheet title={text('mix.options')} faults={Object.keys(faults).length}>{form}</Sheet>}
          <Presets app={project.app} spec={mix.spec} onUse={(spec: Values) => mix.change(spec)} />
        </FootBar>
      </div>
    </Page>
  )
}

/** Where more were asked for than are possible, their box says so. */
function useMost({ limited, change, values }: Mix): Record<string, ReactNode> {
  const text = useText()
  return useMemo(() => {
    if (limited === null) return {}
    const most = (
      <>
        {text('mix.most', { count: limited })}{' '}
        <button type="button" className={css['most']} onClick={() => change({ ...values, count: limited })}>
          {text('mix.take-most', { count: limited })}
        </button>
      </>
    )
    return { count: most }
  }, [limited, change, values, text])
}

function useLibraryOf(clips: readonly Clip[], groups: readonly Group[], assets: readonly Asset[]): Library {
  return useMemo(() => {
    const ready = clips.filter(({ state }) => state === 'ready')
    const there = new Set(ready.map(({ id }) => id))
    return {
      clips: ready.map(({ id, name, poster_url: picture }) => ({ id, name, picture })),
      groups: groups.map((group) => ({
        id: group.id,
        name: group.name,
        color: groupColor(group),
        count: group.clip_ids.filter((id) => there.has(id)).length,
      })),
      assets: assets.filter(({ state }) => state === 'ready').map(({ id, name, kind }) => ({ id, name, kind })),
    }
  }, [clips, groups, assets])
}

