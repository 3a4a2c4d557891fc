/** What the first page asks: the newest projects, and what was made lately. */
import { queryOptions } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'

const PROJECTS = 8
const RESULTS = 5 // a row of them

/** The newest projects whose names contain `search`. */
export function projectsQuery(search: string) {
  return queryOptions({
    queryKey: [...keys.projects, 'newest', search],
    queryFn: ({ signal }) => must(api.GET('/v1/projects', { params: { query: { limit: PROJECTS, search } }, signal })),
  })
}

export const lastGenerationsQuery = queryOptions({
  queryKey: [...keys.generations, 'newest'],
  queryFn: ({ signal }) =>
    must(api.GET('/v1/generations', { params: { query: { limit: RESULTS, state: ['succeeded', 'partial', 'failed', 'cancelled'] } }, signal })),
})
