/** Clips: what is asked of the API about a project's clips, and what is done to them. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'
import { type Clip, clipsQuery } from '../../api/library'
import { LINKS_MS } from '../../api/links'
import { usePoll } from '../../live/leader'

export function useClips(project: string) {
  const poll = usePoll()
  return useQuery({
    ...clipsQuery(project),
    refetchInterval: ({ state }) => (state.data?.some((clip) => clip.state === 'expected') ? poll : LINKS_MS),
  })
}

const AT_ONCE = 200 // clips that one request deletes or restores

/** Send ids in as many requests as it takes, one after the other. */
export async function inPortions(ids: readonly string[], send: (portion: string[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    // oxlint-disable-next-line no-await-in-loop -- what was not reached is not deleted
    await send(ids.slice(at, at + AT_ONCE))
  }
}

export function useClipChanges(project: string) {
  const client = useQueryClient()
  const params = { path: { project_id: project } }
  const key = keys.clips(project)
  const stale = (): void => {
    for (const queryKey of [key, keys.groups(project), keys.quotes(project), keys.plans(project)])
      void client.invalidateQueries({ queryKey })
  }
  return {
    remove: useMutation({
      mutationKey: keys.changing(project),
      mutationFn: (ids: readonly string[]) =>
        inPortions(ids, (clip_ids) => must(api.POST('/v1/projects/{project_id}/clips/delete', { params, body: { clip_ids, forever: false } }))),
      async onMutate(ids) {
        await client.cancelQueries({ queryKey: key })
        const gone = new Set(ids)
        client.setQueryData<Clip[]>(key, (old) => old?.filter(({ id }) => !gone.has(id)))
      },
      onSettled: stale,
    }),
    restore: useMutation({
      mutationKey: keys.changing(project),
      mutationFn: (ids: readonly string[]) =>
        inPortions(ids, (clip_ids) => must(api.POST('/v1/projects/{project_id}/clips/restore', { params, body: { clip_ids } }))),
      onSettled: stale,
    }),
  }
}
