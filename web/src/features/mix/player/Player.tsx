import IconNext from '@tabler/icons-react/dist/esm/icons/IconPlayerSkipForward.mjs'
import IconPause from '@tabler/icons-react/dist/esm/icons/IconPlayerPauseFilled.mjs'
import IconPlay from '@tabler/icons-react/dist/esm/icons/IconPlayerPlayFilled.mjs'
import IconPrevious from '@tabler/icons-react/dist/esm/icons/IconPlayerSkipBack.mjs'
import IconMute from '@tabler/icons-react/dist/esm/icons/IconVolumeOff.mjs'
import IconSound from '@tabler/icons-react/dist/esm/icons/IconVolume.mjs'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Values } from '../../../form/values'
import { clock } from '../../../i18n/format'
import { useText } from '../../../i18n/useText'
import type { Asset, Clip, Plan, Video } from '../queries'
import { cues, lengthOf } from './cues'
import { Layers } from './Layers'
import { fitOf, lookOf } from './near'
import css from './player.module.css'
import { useStage } from './useStage'

interface PlayerProps {
  plan: Plan
  video: Video
  clips: readonly Clip[]
  assets: readonly Asset[]
  spec: Values
  onStep: (by: 1 | -1) => void
  /** Which shot is on, while it plays. */
  onShot: (place: number | null) => void
  /** Asks for new links to clips. */
  onStale: () => Promise<readonly Clip[]>
}

/** Plays a planned video before it is made, from the clips. */
export function Player({ plan, video, clips, assets, spec, onStep, onShot, onStale }: PlayerProps) {
  const text = useText()
  const videos = useRef<(HTMLVideoElement | null)[]>([])
  const [silent, setSilent] = useState(false)
  const list = useMemo(() => cues(video.shots, plan.fps), [video, plan.fps])
  const urls = useMemo(() => linksOf(clips), [clips])
  const id = JSON.stringify([video.n, list])
  const { stage, place, element, time, playing, broken, play } = useStage({
    videos,
    list,
    id,
    urls,
    onStale: () => onStale().then(linksOf),
  })
  useEffect(() => onShot(playing ? place : null), [place, playing, onShot])
  const cue = list[place]
  const total = lengthOf(list)
  const mute = silent || spec['audio'] === 'mute'
  const toggle = (): void => (playing ? stage.current?.pause() : play())
  return (
    <div className={css['player']} role="group" aria-label={text('mix.player', { n: video.n })}>
      <div
        className={css['stage']}
        style={{ aspectRatio: `${plan.width} / ${plan.height}`, maxWidth: `calc(min(440px, 52dvh) * ${plan.width / plan.height})` }}
      >
        {([0, 1] as const).map((n) => (
          // oxlint-disable-next-line jsx-a11y/media-has-caption -- a person's own clips have none
          <video
            key={n}
            ref={(found) => {
              videos.current[n] = found
            }}
            playsInline
            preload="auto"
            muted={mute}
            tabIndex={-1}
            aria-hidden
            data-front={n === element || undefined}
            style={{ ...fitOf(spec), ...(n === element && cue ? lookOf(cue.look) : {}), transitionDuration: `${list[place - 1]?.overlap ?? 0}s` }}
          />
        ))}
        <Layers cue={cue} spec={spec} assets={assets} playing={playing} silent={silent} time={time} />
        <button type="button" className={css['cover']} onClick={toggle} aria-label={text(playing ? 'mix.pause' : 'mix.play', { n: video.n })}>
          {!playing && (
            <span className={css['big']}>
              <IconPlay size={30} aria-hidden />
            </span>
          )}
        </button>
        {cue && broken.has(cue.clip) && <p className={css['broken']}>{text('mix.cannot-play')}</p>}
      </div>
      <div className={css['controls']}>
        <button type="button" onClick={() => onStep(-1)} aria-label={text('mix.previous')}>
          <IconPrevious size={18} aria-hidden />
        </button>
        <button type="button" onClick={toggle} aria-label={text(playing ? 'mix.pause' : 'mix.play', { n: video.n })}>
          {playing ? <IconPause size={18} aria-hidden /> : <IconPlay size={18} aria-hidden />}
        </button>
        <button type="button" onClick={() => onStep(1)} aria-label={text('mix.next')}>
          <IconNext size={18} aria-hidden />
        </button>
        <input
          type="range"
          min={0}
          max={total}
          step={0.01}
          value={Math.min(time, total)}
          aria-label={text('mix.place')}
          aria-valuetext={clock(time)}
          onChange={(event) => stage.current?.seek(Number(event.currentTarget.value))}
        />
        <span className={css['time']} data-testid="preview-time">
          {clock(time)} / {clock(total)}
        </span>
        <button type="button" onClick={() => setSilent(!silent)} aria-pressed={silent} aria-label={text('mix.mute')}>
          {silent ? <IconMute size={18} aria-hidden /> : <IconSound size={18} aria-hidden />}
        </button>
      </div>
    </div>
  )
}

function linksOf(clips: readonly Clip[]): (clip: string) => string | null {
  const byId = new Map(clips.map((clip) => [clip.id, clip.play_url]))
  return (clip) => byId.get(clip) ?? null
}
