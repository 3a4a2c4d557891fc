/** Groups: what is asked of the API about a project's groups, and what is done to them. The screen never waits. */
import { type QueryClient, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import { ApiError } from '../../api/errors'
import { keys } from '../../api/keys'
import type { Group, Spec } from '../../api/library'
import type { components } from '../../api/schema'
import { moved, type Placed } from './moves'

type Schemas = components['schemas']

export interface Change {
  group: Group
  name?: string
  color?: string
  position?: number
}

/** Whether somebody else changed a group after it was read here. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'group_changed'
}

export function useGroupChanges(project: string) {
  const client = useQueryClient()
  const key = keys.groups(project)
  const begin = async (now: (old: Group[]) => Group[]): Promise<Group[] | undefined> => {
    await client.cancelQueries({ queryKey: key })
    const before = client.getQueryData<Group[]>(key)
    client.setQueryData<Group[]>(key, (old) => old && now(old))
    return before
  }
  const mutationKey = keys.changing(project)
  /** Asked for anew after the last change: an answer from amid them would put back what is seen already. */
  const onSettled = (): void => void (client.isMutating({ mutationKey }) === 1 && stale(client, project))
  const settled = { mutationKey, onSettled }
  return {
    /** Put clips where they shall stand, one place after the other. */
    place: useMutation({
      mutationFn: async (places: readonly Placed[]) => {
        for (const place of places) await put(project, place) // oxlint-disable-line no-await-in-loop -- each builds on the last
      },
      onMutate: (places) =>
        begin((old) => places.reduce((now, { group, ids, position }) => moved(now, ids, group, position), old)),
      ...settled,
    }),
    create: useMutation({
      mutationFn: (body: Omit<Schemas['NewGroup'], 'clip_ids'> & { clip_ids?: string[] }) =>
        must(api.POST('/v1/projects/{project_id}/groups', { params: { path: { project_id: project } }, body: { clip_ids: [], ...body } })),
      onSuccess: (group) => client.setQueryData<Group[]>(key, (old) => old && [...old, group]),
      ...settled,
    }),
    change: useMutation({
      mutationFn: ({ group, name, color, position }: Change) => write(group, { name, color, position }),
      onMutate: ({ group, name, color, position }) =>
        begin((old) => reordered(old.map((one) => (one.id === group.id ? { ...one, name: name ?? one.name, color: color ?? one.color } : one)), group.id, position)),
      ...settled,
    }),
    remove: useMutation({
      mutationFn: (group: Group) => must(api.DELETE('/v1/groups/{group_id}', { params: { path: { group_id: group.id } } })),
      onMutate: (group) => begin((old) => old.filter(({ id }) => id !== group.id)),
      ...settled,
    }),
    /** Make a group that was deleted again, where it stood. */
    revive: useMutation({
      mutationFn: async ({ name, color, clip_ids, position }: Group) => {
        const body = { name, color, clip_ids }
        const group = await must(api.POST('/v1/projects/{project_id}/groups', { params: { path: { project_id: project } }, body }))
        return write(group, { position })
      },
      ...settled,
    }),
  }
}

function write(group: Group, change: { name?: string | undefined; color?: string | undefined; position?: number | undefined }): Promise<Group> {
  const body = {
    name: change.name ?? group.name,
    color: change.color ?? group.color,
    clip_ids: group.clip_ids,
    version: group.version,
    position: change.position ?? null,
  }
  return must(api.PUT('/v1/groups/{group_id}', { params: { path: { group_id: group.id } }, body }))
}

async function put(project: string, { group, ids, position }: Placed): Promise<void> {
  if (group === null)
    await must(api.POST('/v1/projects/{project_id}/clips/ungroup', { params: { path: { project_id: project } }, body: { clip_ids: ids } }))
  else await must(api.POST('/v1/groups/{group_id}/clips', { params: { path: { group_id: group } }, body: { clip_ids: ids, position } }))
}

/** Groups with one of them at a new place, from 1. */
function reordered(groups: Group[], id: string, position: number | undefined): Group[] {
  const one = groups.find((group) => group.id === id)
  if (position === undefined || one === undefined) return groups
  const rest = groups.filter((group) => group.id !== id)
  const next = [...rest.slice(0, position - 1), one, ...rest.slice(position - 1)]
  return next.map((group, index) => ({ ...group, position: index + 1 }))
}

export function stale(client: QueryClient, project: string): void {
  for (const queryKey of [keys.groups(project), keys.quotes(project), keys.plans(project)])
    void client.invalidateQueries({ queryKey })
}

/** How many different videos a project's groups give: `standing` names them and their clips, so that the answer is of these. */
export function capacityQuery(project: string, standing: string) {
  return queryOptions({
    queryKey: [...keys.quotes(project), 'capacity', standing],
    queryFn: ({ signal }) => {
      const spec = { mode: 'groups', count: 1 } as Spec
      return must(api.POST('/v1/projects/{project_id}/quote', { params: { path: { project_id: project } }, body: { spec }, signal }))
    },
    retry: false,
  })
}
