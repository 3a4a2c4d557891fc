import { useEffect, useRef } from 'react'
import type { Values } from '../../../form/values'
import type { Asset } from '../queries'
import type { Cue } from './cues'
import { captionStyleOf, type Layer, layerOf, markOf, placeOf } from './near'
import css from './player.module.css'

interface LayersProps {
  cue: Cue | undefined
  spec: Values
  assets: readonly Asset[]
  playing: boolean
  silent: boolean
  time: number
}

/** What lies over the clips, near enough: captions, a watermark, music and a voice-over. */
export function Layers({ cue, spec, assets, playing, silent, time }: LayersProps) {
  const urlOf = (asset: string): string | null => assets.find(({ id }) => id === asset)?.url ?? null
  const mark = markOf(spec)
  const markUrl = mark && urlOf(mark.asset)
  const { anchor, size } = captionStyleOf(spec)
  return (
    <>
      {cue?.caption && (
        <div className={css['layer']} style={placeOf(anchor)}>
          <span className={css['caption']} style={{ fontSize: `${size}cqh` }}>
            {cue.caption}
          </span>
        </div>
      )}
      {mark && markUrl && (
        <div className={css['layer']} style={placeOf(mark.anchor)}>
          <img src={markUrl} alt="" style={{ width: `${mark.width}%`, opacity: mark.opacity }} />
        </div>
      )}
      {(['music', 'voice'] as const).map((name) => {
        const layer = layerOf(spec, name)
        const url = layer && urlOf(layer.asset)
        return layer && url ? <Sound key={name} url={url} layer={layer} playing={playing} silent={silent} time={time} /> : null
      })}
    </>
  )
}

interface SoundProps {
  url: string
  layer: Layer
  playing: boolean
  silent: boolean
  time: number
}

const FAR = 0.4 // seconds that sound may be off the picture before it is set right

function Sound({ url, layer, playing, silent, time }: SoundProps) {
  const element = useRef<HTMLAudioElement>(null)
  useEffect(() => {
    const audio = element.current
    if (!audio) return
    audio.volume = layer.volume
    const whole = audio.duration
    const wanted = layer.loop && whole > 0 ? time % whole : time
    if (Math.abs(audio.currentTime - wanted) > FAR && !(whole > 0 && wanted > whole)) audio.currentTime = wanted
    if (playing && audio.paused && !audio.ended) audio.play().catch(() => undefined)
    if (!playing && !audio.paused) audio.pause()
  }, [playing, time, layer.volume, layer.loop])
  // oxlint-disable-next-line jsx-a11y/media-has-caption -- music, and a voice that a person gave
  return <audio ref={element} src={url} loop={layer.loop} muted={silent} preload="auto" />
}
