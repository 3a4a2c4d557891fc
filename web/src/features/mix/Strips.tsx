import IconShuffle from '@tabler/icons-react/dist/esm/icons/IconArrowsShuffle.mjs'
import { type KeyboardEvent, memo, type PointerEvent, useMemo } from 'react'
import { clock } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { Bone } from '../../kit/Bone'
import { Strip, type StripShot } from '../../kit/Strip'
import css from './mix.module.css'
import { FIRST, type Clip, type Plan, type Shot, type Video } from './queries'

interface StripsProps {
  plan: Plan | null
  clips: readonly Clip[]
  colorOf: (shot: Shot) => string
  /** The video that is in the player, and its shot that is on. */
  chosen: number
  shot: number | null
  lit: string | null
  old: boolean
  onChoose: (n: number) => void
  onLight: (clip: string | null) => void
  /** Null where which videos come is settled. */
  onAnother: (() => void) | null
}

/** The first planned videos as strips; a shot that is pointed at lights its clip in all of them. */
export const Strips = memo(function Strips({ plan, clips, colorOf, chosen, shot, lit, old, onChoose, onLight, onAnother }: StripsProps) {
  const text = useText()
  const byId = useMemo(() => new Map(clips.map((clip) => [clip.id, clip])), [clips])
  const pointed = (event: PointerEvent<HTMLElement>): void =>
    onLight((event.target as HTMLElement).closest<HTMLElement>('[data-clip]')?.dataset['clip'] ?? null)
  const step = (event: KeyboardEvent, video: Video): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    const at = video.shots.findIndex(({ clip_id }) => clip_id === lit)
    onLight(video.shots[(at + by + video.shots.length) % video.shots.length]?.clip_id ?? null)
  }
  return (
    <section className={`${css['strips']} card`} aria-labelledby="strips">
      <header className={css['head']}>
        <h2 id="strips" className={css['grow']}>
          {text('mix.first', { count: plan?.videos.length ?? FIRST })}
        </h2>
        {onAnother && (
          <button type="button" className={css['text']} onClick={onAnother}>
            <IconShuffle size={16} aria-hidden />
            {text('mix.another')}
          </button>
        )}
      </header>
      <ol onPointerOver={pointed} onPointerLeave={() => onLight(null)} data-old={old || undefined}>
        {plan === null && Array.from({ length: FIRST }, (_, n) => <Bone key={n} height={50} />)}
        {plan?.videos.map((video) => (
          <li key={video.n}>
            <button
              type="button"
              className={css['video']}
              aria-pressed={video.n === chosen}
              onClick={() => onChoose(video.n)}
              onKeyDown={(event) => step(event, video)}
              onBlur={() => onLight(null)}
            >
              <b>
                <span className="unseen">{text('mix.video')} </span>
                {video.n}
              </b>
              <Strip shots={video.shots.map((one) => stripShot(one, byId.get(one.clip_id), colorOf))} lit={lit} on={video.n === chosen ? shot : null} />
              <span className="tiny">{clock(video.duration_s)}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  )
})

export function stripShot(shot: Shot, clip: Clip | undefined, colorOf: (shot: Shot) => string): StripShot {
  const facts = clip?.facts
  return {
    clip: shot.clip_id,
    name: shot.name,
    frames: shot.frames,
    color: colorOf(shot),
    filmstrip: clip?.filmstrip_url ?? null,
    begins: facts ? shot.start_s / facts.duration_s : 0,
    shape: facts ? facts.width / facts.height : 1,
  }
}
