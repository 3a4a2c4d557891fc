import { useQueryClient } from '@tanstack/react-query'
import { keys } from '../../api/keys'
import type { Group } from '../../api/library'
import { explain } from '../../api/sentences'
import { useText } from '../../i18n/useText'
import { announce } from '../../kit/announce'
import { attempt } from '../../kit/attempt'
import { wrong } from '../../kit/failed'
import { toast } from '../../kit/toasts'
import { isConflict, useGroupChanges } from './queries'

/** What a person does to a group, with the words for it and the way back. */
export function useGroupActs(project: string, group: Group) {
  const text = useText()
  const client = useQueryClient()
  const { change, remove, revive } = useGroupChanges(project)
  const { name } = group
  const words = (error: unknown): string =>
    isConflict(error) ? text('groups.changed-meanwhile', { name }) : explain(error)
  /** The group as it is now: the menu may be older than the last answer. */
  const latest = (): Group => client.getQueryData<Group[]>(keys.groups(project))?.find(({ id }) => id === group.id) ?? group
  return {
    async rename(next: string): Promise<void> {
      try {
        await change.mutateAsync({ group: latest(), name: next })
      } catch (error) {
        if (!isConflict(error)) throw error
        toast(wrong(error, words(error)))
      }
    },
    paint: (color: string) => attempt(change.mutateAsync({ group: latest(), color }), undefined, words),
    shift(by: 1 | -1): void {
      const position = group.position + by
      const said = (): void => announce(text('groups.stands', { name, position }))
      attempt(change.mutateAsync({ group: latest(), position }), said, words)
    },
    remove(): void {
      const gone = latest()
      attempt(remove.mutateAsync(gone), () => {
        const undo = { label: text('kit.undo'), run: () => attempt(revive.mutateAsync(gone)) }
        toast({ text: text('groups.deleted', { name }), act: undo })
      })
    },
  }
}
