import { useCallback, useMemo } from 'react'
import type { Clip, Group } from '../../api/library'
import { GROUP_COLORS, groupColor } from '../../kit/groupColor'
import type { StripShot } from '../../kit/Strip'
import type { Cut } from '../outputs/index'

type Shown = { group: string | null; clip_id: string }

const shade = (place: number): string => GROUP_COLORS[place % GROUP_COLORS.length] ?? GROUP_COLORS[0]
const NOTHING: readonly { frames: number; color: string }[] = []

/** The colours of shots: of their groups as the project has them, else one for each clip. */
export function useColours(cuts: ReadonlyMap<number, Cut> | undefined, groups: readonly Group[] | undefined, clips: readonly Clip[] | undefined) {
  const colorOf = useMemo(() => {
    const byName = new Map((groups ?? []).map((group) => [group.name, groupColor(group)]))
    const shown = [...new Set([...(cuts?.values() ?? [])].flatMap(({ shots }) => shots.map(({ clip_id }) => clip_id)))].sort()
    const byClip = new Map(shown.map((clip, place) => [clip, shade(place)]))
    return ({ group, clip_id: clip }: Shown): string => (group !== null && byName.get(group)) || byClip.get(clip) || shade(0)
  }, [cuts, groups])
  const strips = useMemo(
    () => new Map([...(cuts ?? [])].map(([n, { shots }]) => [n, shots.map((shot) => ({ frames: shot.frames, color: colorOf(shot) }))])),
    [cuts, colorOf],
  )
  const stripOf = useMemo(() => {
    const byId = new Map((clips ?? []).map((clip) => [clip.id, clip]))
    return (shots: Cut['shots']): StripShot[] =>
      shots.map((shot) => {
        const { facts, filmstrip_url: filmstrip } = byId.get(shot.clip_id) ?? {}
        const from = facts ? { filmstrip: filmstrip ?? null, begins: shot.start_s / facts.duration_s, shape: facts.width / facts.height } : {}
        return { clip: shot.clip_id, name: shot.name, frames: shot.frames, color: colorOf(shot), ...from }
      })
  }, [clips, colorOf])
  return { stripOf, coloursOf: useCallback((n: number) => strips.get(n) ?? NOTHING, [strips]) }
}
