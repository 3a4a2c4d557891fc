/** The sample clips that the site brings along, and what the planner said of them. */
import plans from './plans.json'

export const GROUPS = [
  { name: 'hook', color: 'var(--g1)', clips: ['sunrise', 'dive', 'spark'] },
  { name: 'body', color: 'var(--g2)', clips: ['pour', 'fizz', 'picnic'] },
  { name: 'call-to-action', color: 'var(--g3)', clips: ['logo', 'offer'] },
] as const
export const OPTIONS = ['order', 'speeds', 'looks', 'windows'] as const
export type Option = (typeof OPTIONS)[number]

/** One shot of a planned video; seconds of the clip, and of the video. */
export interface Shot {
  clip: string
  start: number
  seconds: number
  speed: number
  look: string
}

export interface Plan {
  /** How many different videos are possible: a decimal number. */
  capacity: string
  videos: Shot[][]
}

/** The plan with these options chosen. */
export function planWith(chosen: ReadonlySet<Option>): Plan {
  const key = OPTIONS.filter((option) => chosen.has(option)).join('+')
  const { capacity, videos } = (plans as unknown as Record<string, { capacity: string; videos: Told[][] }>)[key] ?? NONE
  return {
    capacity,
    videos: videos.map((shots) =>
      shots.map(([clip, start, seconds, speed, look]) => ({ clip, start, seconds, speed, look })),
    ),
  }
}

type Told = [clip: string, start: number, seconds: number, speed: number, look: string]
const NONE = { capacity: '0', videos: [] }

export function groupOf(clip: string): (typeof GROUPS)[number] {
  return GROUPS.find(({ clips }) => (clips as readonly string[]).includes(clip)) ?? GROUPS[0]
}
