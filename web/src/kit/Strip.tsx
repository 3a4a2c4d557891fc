import css from './Strip.module.css'

export interface StripShot {
  clip: string
  name: string
  frames: number
  color: string
  /** Ten pictures of its clip side by side, and at which share of the clip the shot begins. */
  filmstrip?: string | null
  begins?: number
  /** Width to height of one of those pictures. */
  shape?: number
}

const PICTURES = 10

interface StripProps {
  shots: readonly StripShot[]
  /** The clip that lights up. */
  lit?: string | null
  height?: number
  /** Names are written on the shots. */
  named?: boolean
  /** The shot that is on. */
  on?: number | null
}

/** A video as it is cut: its shots by length, each with its pictures and the colour of its group. */
export function Strip({ shots, lit = null, height = 38, named = true, on = null }: StripProps) {
  return (
    <span className={css['strip']} style={{ height }} data-lit={lit !== null || undefined}>
      {shots.map((shot, n) => (
        <span
          // oxlint-disable-next-line react/no-array-index-key -- a clip may stand in a video twice
          key={`${shot.clip} ${n}`}
          className={css['shot']}
          data-clip={shot.clip}
          data-shot={n}
          data-on={shot.clip === lit || undefined}
          data-now={n === on || undefined}
          style={{ flexGrow: shot.frames, borderBottomColor: shot.color, ...pictures(shot, height) }}
        >
          {named && <span className={`${css['name']} cut`}>{bare(shot.name)}</span>}
        </span>
      ))}
    </span>
  )
}

function pictures({ filmstrip, begins = 0, shape = 1 }: StripShot, height: number): Record<string, string> {
  if (!filmstrip) return {}
  const at = Math.min(PICTURES - 1, Math.floor(begins * PICTURES))
  const taller = Math.max(1, 1 / shape) // an upright picture is as wide as the strip is high, so that it can be made out
  return {
    backgroundImage: `url("${filmstrip}")`,
    backgroundSize: `auto ${100 * taller}%`,
    backgroundPosition: `${-at * height * shape * taller}px 42%`,
  }
}

/** `beach.mp4` as `beach`. */
export function bare(name: string): string {
  return name.replace(/\.[A-Za-z0-9]{2,4}$/, '')
}

/** A strip of colours alone, for a tile. */
export function Colours({ shots }: { shots: readonly { frames: number; color: string }[] }) {
  return (
    <span className={css['colours']} aria-hidden>
      {shots.map(({ frames, color }, n) => (
        // oxlint-disable-next-line react/no-array-index-key -- colours have nothing but their place
        <i key={n} style={{ flexGrow: frames, background: color }} />
      ))}
    </span>
  )
}
