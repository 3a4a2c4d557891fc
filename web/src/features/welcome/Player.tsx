import IconNext from '@tabler/icons-react/dist/esm/icons/IconPlayerTrackNext.mjs'
import IconPause from '@tabler/icons-react/dist/esm/icons/IconPlayerPause.mjs'
import IconPlay from '@tabler/icons-react/dist/esm/icons/IconPlayerPlay.mjs'
import IconMuted from '@tabler/icons-react/dist/esm/icons/IconVolumeOff.mjs'
import IconSound from '@tabler/icons-react/dist/esm/icons/IconVolume.mjs'
import { useEffect, useRef, useState } from 'react'
import { useText } from '../../i18n/useText'
import { useLatest } from '../../kit/useLatest'
import { groupOf, type Plan } from './samples'
import { Stack } from './stack'
import css from './player.module.css'

const STILL_MS = 900 // the page is drawn and can be used before anything plays

interface PlayerProps {
  plan: Plan
  /** Hears which clip is on. */
  onClip: (clip: string) => void
}

/** Plays the planned videos one after the other, without sound until it is asked for. */
export function Player({ plan, onClip }: PlayerProps) {
  const text = useText()
  const one = useRef<HTMLVideoElement>(null)
  const other = useRef<HTMLVideoElement>(null)
  const stack = useRef<Stack | null>(null)
  const [video, setVideo] = useState(0)
  const [shot, setShot] = useState(0)
  const [playing, setPlaying] = useState(false)
  const [muted, setMuted] = useState(true)
  const began = useRef(false)
  const now = video % Math.max(1, plan.videos.length)
  const shots = plan.videos[now] ?? []
  const latest = useLatest(shots)

  useEffect(() => {
    if (one.current === null || other.current === null) return undefined
    const made = new Stack(one.current, other.current, {
      shown: setShot,
      ended: () => setVideo((last) => last + 1),
    })
    stack.current = made
    return () => made.halt()
  }, [])

  useEffect(() => {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return undefined
    const timer = setTimeout(() => {
      if (began.current) return
      began.current = true
      setPlaying(true)
      stack.current?.play(latest.current).catch(() => setPlaying(false)) // a browser that lets nothing play
    }, STILL_MS)
    return () => clearTimeout(timer)
  }, [latest])

  useEffect(() => {
    const clip = plan.videos[now]?.[shot]?.clip
    if (clip !== undefined) onClip(clip)
  }, [plan, now, shot, onClip])

  useEffect(() => {
    setShot(0)
    if (!playing) return
    began.current = true
    stack.current?.play(plan.videos[now] ?? []).catch(() => setPlaying(false)) // a browser that lets nothing play
    // Pausing is no new beginning: `toggle` sees to that.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [plan, now, video])

  const toggle = (): void => {
    if (playing) stack.current?.pause()
    else {
      began.current = true
      void stack.current?.go(shots).catch(() => undefined)
    }
    setPlaying(!playing)
  }
  const first = shots[0]?.clip ?? 'sunrise'
  return (
    <div className={css['player']}>
      <div className={css['screen']} style={{ backgroundImage: `url(/samples/${first}.webp)` }}>
        <video ref={one} muted={muted} playsInline preload="none" tabIndex={-1} aria-hidden />
        <video ref={other} muted={muted} playsInline preload="none" tabIndex={-1} aria-hidden />
        <div className={css['keys']}>
          <button type="button" onClick={toggle} aria-label={text(playing ? 'welcome.pause' : 'welcome.play')}>
            {playing ? <IconPause size={20} aria-hidden /> : <IconPlay size={20} aria-hidden />}
          </button>
          <button
            type="button"
            onClick={() => setVideo(video + 1)}
            aria-label={text('welcome.next')}
          >
            <IconNext size={20} aria-hidden />
          </button>
          <button
            type="button"
            className="push"
            onClick={() => setMuted(!muted)}
            aria-label={text(muted ? 'welcome.sound-on' : 'welcome.sound-off')}
          >
            {muted ? <IconMuted size={20} aria-hidden /> : <IconSound size={20} aria-hidden />}
          </button>
        </div>
      </div>
      <div className={css['strip']} aria-hidden>
        {shots.map(({ clip, seconds }, n) => (
          <i
            key={`${clip}-${n}`}
            data-on={n === shot || undefined}
            style={{
              flexGrow: seconds,
              backgroundImage: `url(/samples/${clip}.webp)`,
              borderBottomColor: groupOf(clip).color,
            }}
          />
        ))}
      </div>
      <p className="tiny">{text('welcome.video', { n: now + 1 })}</p>
    </div>
  )
}
