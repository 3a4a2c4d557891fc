import { useState } from 'react'
import type { Group } from '../../api/library'
import { useText } from '../../i18n/useText'
import { attempt } from '../../kit/attempt'
import { GROUP_COLORS } from '../../kit/groupColor'
import { useGroupChanges } from './queries'

/** Makes a group after the others, of clips if some are named; its name is asked for when it is there. */
export function useNewGroup(project: string, groups: readonly Group[]) {
  const text = useText()
  const { create } = useGroupChanges(project)
  const [fresh, setFresh] = useState<string | null>(null)
  const make = (ids: readonly string[] = []): void => {
    const color = GROUP_COLORS[groups.length % GROUP_COLORS.length] ?? GROUP_COLORS[0]
    const name = freeName(groups, (n) => text('groups.numbered', { n }))
    attempt(create.mutateAsync({ name, color, clip_ids: [...ids] }), ({ id }) => setFresh(id))
  }
  return { make, fresh }
}

function freeName(groups: readonly Group[], name: (n: number) => string): string {
  const taken = new Set(groups.map((group) => group.name))
  let n = groups.length + 1
  while (taken.has(name(n))) n += 1
  return name(n)
}
