/** Colours: a group has one, and it follows the group wherever it is seen; without groups each clip has its own. */
import { GROUP_COLORS, groupColor } from '../../kit/groupColor'
import type { Clip, Group } from './queries'

const shade = (place: number): string => GROUP_COLORS[place % GROUP_COLORS.length] ?? GROUP_COLORS[0]

/** The colour of a shot: of its group by name, else of its clip. */
export function colorist(groups: readonly Group[], clips: readonly Clip[]) {
  const byName = new Map(groups.map((group) => [group.name, groupColor(group)]))
  const byClip = new Map(clips.map(({ id }, place) => [id, shade(place)]))
  return (shot: { group: string | null; clip_id: string }): string =>
    (shot.group !== null && byName.get(shot.group)) || byClip.get(shot.clip_id) || shade(0)
}
