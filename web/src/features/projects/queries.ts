/** Projects: what is asked of the API about them, and what is done to them. */
import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'
import type { components } from '../../api/schema'

export { projectQuery } from '../../api/queries'
export type Project = components['schemas']['Project']
export type ListedProject = components['schemas']['ListedProject']
export type Shelf = components['schemas']['Shelf']

export const SHELVES: readonly Shelf[] = ['open', 'archived', 'deleted']
const PAGE = 60

export function isShelf(value: unknown): value is Shelf {
  return SHELVES.includes(value as Shelf)
}

export function projectsQuery(shelf: Shelf, search: string) {
  return infiniteQueryOptions({
    queryKey: [...keys.projects, shelf, search],
    queryFn: ({ pageParam, signal }) =>
      must(
        api.GET('/v1/projects', {
          params: { query: { shelf, search, limit: PAGE, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })
}

export function useProjectChanges(id: string) {
  const client = useQueryClient()
  const path = { project_id: id }
  const changed = (project?: Project): void => {
    if (project) client.setQueryData(keys.project(id), project)
    void client.invalidateQueries({ queryKey: keys.projects })
  }
  return {
    change: useMutation({
      mutationFn: (body: components['schemas']['ProjectChange']) =>
        must(api.PATCH('/v1/projects/{project_id}', { params: { path }, body })),
      onSuccess: changed,
    }),
    remove: useMutation({
      mutationFn: () => must(api.DELETE('/v1/projects/{project_id}', { params: { path } })),
      onSuccess: () => changed(),
    }),
    restore: useMutation({
      mutationFn: () => must(api.POST('/v1/projects/{project_id}/restore', { params: { path } })),
      onSuccess: changed,
    }),
    duplicate: useMutation({
      mutationFn: (name: string) =>
        must(api.POST('/v1/projects/{project_id}/duplicate', { params: { path }, body: { name } })),
      onSuccess: () => changed(),
    }),
  }
}
