/** Bundles: archives of a generation's videos, as a person has them in mind. */
import type { components } from '../../api/schema'
import { later } from '../../live/pushes'

export type Bundle = components['schemas']['Bundle']

/** Archives that are being packed or can be saved, also after a reload; of those asked for here what could not be packed too. */
export function shownOf(bundles: readonly Bundle[], here: ReadonlySet<string>, now = Date.now()): Bundle[] {
  return bundles.filter(({ id, state, expires_at: end }) => {
    if (state === 'ready') return end === null || Date.parse(end) > now
    return state === 'making' || (state === 'failed' && here.has(id))
  })
}

/** An answer's bundles; one that is known in a later state stays so. */
export function keepLatest(old: readonly Bundle[] | undefined, fresh: readonly Bundle[]): Bundle[] {
  const known = new Map(old?.map((bundle) => [bundle.id, bundle]))
  return fresh.map((bundle) => later(known.get(bundle.id), bundle))
}
