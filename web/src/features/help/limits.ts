/** Limits of the API that a person meets, in the order they meet them, and how each is written. */
import type { components } from '../../api/schema'
import { atMost, clock, number } from '../../i18n/format'

type Limits = Omit<components['schemas']['Limits'], 'requests_per_minute'>
type Shape = 'count' | 'bytes' | 'clock' | 'pixels' | 'days'

export const SHOWN: readonly (readonly [keyof Limits, Shape])[] = [
  ['clips_per_project', 'count'],
  ['groups_per_project', 'count'],
  ['upload_bytes', 'bytes'],
  ['clip_duration_s', 'clock'],
  ['clip_width_px', 'pixels'],
  ['clip_fps', 'count'],
  ['asset_audio_duration_s', 'clock'],
  ['asset_image_bytes', 'bytes'],
  ['stored_bytes', 'bytes'],
  ['projects_per_user', 'count'],
  ['presets_per_user', 'count'],
  ['outputs_per_generation', 'count'],
  ['output_duration_s', 'clock'],
  ['open_generations_per_user', 'count'],
  ['orders_per_hour', 'count'],
]

export function written(value: number, shape: Shape): string {
  if (shape === 'bytes') return atMost(value)
  if (shape === 'clock') return clock(value)
  return shape === 'pixels' ? `${number(value)} px` : number(value)
}
