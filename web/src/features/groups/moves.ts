/** Moves: clips from group to group, as the API does it; so that the screen need not wait for it. */
import type { Group } from '../../api/library'

/** Where clips stand together: a group, or none, and the place among its clips, from 1. */
export interface Placed {
  group: string | null
  ids: string[]
  position: number
}

/** The groups after clips were moved into one, or (`to` null) into none; before which of its clips, from 1. */
export function moved(groups: readonly Group[], ids: readonly string[], to: string | null, position: number | null): Group[] {
  const moving = new Set(ids)
  return groups.map((group) => {
    const rest = group.clip_ids.filter((id) => !moving.has(id))
    if (group.id !== to) return rest.length === group.clip_ids.length ? group : { ...group, clip_ids: rest }
    const at = position === null ? rest.length : Math.min(position - 1, rest.length)
    return { ...group, clip_ids: [...rest.slice(0, at), ...ids, ...rest.slice(at)] }
  })
}

/** The place for clips that are dropped before or after another clip of a group: among the others, from 1. */
export function placeBeside(group: Group, ids: readonly string[], beside: string, after: boolean): number {
  const moving = new Set(ids)
  const rest = group.clip_ids.filter((id) => !moving.has(id) || id === beside)
  const at = rest.indexOf(beside)
  if (at < 0) return rest.length + 1
  return at + 1 + (after && !moving.has(beside) ? 1 : 0)
}

/** Where clips stand now, in the order in which putting them back gives the same again. */
export function placesOf(groups: readonly Group[], ids: readonly string[]): Placed[] {
  const wanted = new Set(ids)
  const places: Placed[] = []
  for (const group of groups) {
    let last: Placed | null = null
    group.clip_ids.forEach((id, index) => {
      if (!wanted.has(id)) {
        last = null
        return
      }
      if (last === null) places.push((last = { group: group.id, ids: [], position: index + 1 }))
      last.ids.push(id)
      wanted.delete(id)
    })
  }
  const loose = ids.filter((id) => wanted.has(id))
  return loose.length > 0 ? [...places, { group: null, ids: loose, position: 1 }] : places
}

/** Clips shared out to the groups, as they stand: the first ones to the first group, as many to each as can be. */
export function dealt(groups: readonly Group[], ids: readonly string[]): Placed[] {
  const [each, over] = [Math.floor(ids.length / groups.length), ids.length % groups.length]
  return groups
    .map(({ id, clip_ids }, index) => {
      const from = index * each + Math.min(index, over)
      return { group: id, ids: ids.slice(from, from + each + (index < over ? 1 : 0)), position: clip_ids.length + 1 }
    })
    .filter((place) => place.ids.length > 0)
}

/** The group of each clip that stands in one. */
export function homes(groups: readonly Group[]): Map<string, Group> {
  return new Map(groups.flatMap((group) => group.clip_ids.map((id) => [id, group] as const)))
}
