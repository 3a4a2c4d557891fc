/** Draft: what somebody chose for a project's next order, kept in this browser until it is ordered. */
import type { Values } from '../../form/values'
import type { Clip, Group } from './queries'

export interface Draft {
  values: Values
  /** Which of all possible videos are shown and made. */
  seed: number
}

/** How an order is begun. */
export interface Beginning {
  draft: Draft
  /** It is the project's own draft, which is kept; not the settings of an earlier order. */
  own: boolean
  /** This is more of an earlier order: which videos come next is settled. */
  continues: boolean
}

const SEEDS = 2 ** 31
const place = (project: string): string => `medley.mix:${project}`

export function newSeed(): number {
  return Math.floor(Math.random() * SEEDS)
}

export function loadDraft(project: string): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(place(project)) ?? 'null') as Draft | null
    return draft && typeof draft.values === 'object' && Number.isInteger(draft.seed) ? draft : null
  } catch {
    return null
  }
}

export function saveDraft(project: string, draft: Draft | null): void {
  if (draft === null) localStorage.removeItem(place(project))
  else localStorage.setItem(place(project), JSON.stringify(draft))
}

/** Where a first order begins: with the groups if there are any, also of clips that are still read, in the shape most have. */
export function begin(clips: readonly Clip[], groups: readonly Group[]): Values {
  const ready = clips.filter(({ state }) => state === 'ready')
  const upright = ready.filter(({ facts }) => facts !== null && facts.height > facts.width).length
  const usable = clips.filter(({ state }) => state !== 'rejected')
  const filled = groups.filter(({ clip_ids }) => usable.some(({ id }) => clip_ids.includes(id)))
  return {
    ...(filled.length > 1 && { mode: 'groups' }),
    ...(ready.length > 0 && upright * 2 > ready.length && { aspect: '9:16' }),
  }
}

/** Another of all possible videos, also where a seed was chosen among the values. */
export function reseeded({ values }: Draft): Draft {
  const seed = newSeed()
  return { values: typeof values['seed'] === 'number' ? { ...values, seed } : values, seed }
}

/** What the app takes a field for where nobody chose, and its schema cannot say: groups stand in their order. */
export function initialsFor(values: Values): Values {
  return values['mode'] === 'groups' ? { order: 'fixed' } : {}
}
