/** Library: what a project holds (clips, groups, assets), as queries that several features ask. */
import { queryOptions } from '@tanstack/react-query'
import { api, must } from './client'
import { keys } from './keys'
import { LINKS_MS } from './links'
import { allPages } from './pages'
import type { components } from './schema'

type Schemas = components['schemas']
export type Clip = Schemas['Clip']
export type Group = Schemas['Group']
export type Asset = Schemas['Asset']
export type Spec = Schemas['Order']['spec'] // of whatever app: which fields it has is the app's to say

const FRESH_MS = 240_000 // pushes say what changes; links to pictures live longer than this
const PAGE = 100

/** All of a project's clips, in order of arrival. */
export function clipsQuery(project: string) {
  return queryOptions({
    queryKey: keys.clips(project),
    queryFn: ({ signal }) =>
      allPages<Clip>((cursor) =>
        must(
          api.GET('/v1/projects/{project_id}/clips', {
            params: { path: { project_id: project }, query: { limit: PAGE, ...cursor } },
            signal,
          }),
        ),
      ),
    staleTime: FRESH_MS,
    refetchInterval: LINKS_MS,
  })
}

/** A project's groups, in their order. */
export function groupsQuery(project: string) {
  return queryOptions({
    queryKey: keys.groups(project),
    queryFn: async ({ signal }) => {
      const params = { path: { project_id: project } }
      return (await must(api.GET('/v1/projects/{project_id}/groups', { params, signal }))).items
    },
    staleTime: FRESH_MS,
  })
}

/** A project's sounds and pictures, in order of asking. */
export function assetsQuery(project: string) {
  return queryOptions({
    queryKey: keys.assets(project),
    queryFn: ({ signal }) =>
      allPages<Asset>((cursor) =>
        must(
          api.GET('/v1/projects/{project_id}/assets', {
            params: { path: { project_id: project }, query: { limit: PAGE, ...cursor } },
            signal,
          }),
        ),
      ),
    staleTime: FRESH_MS,
    refetchInterval: LINKS_MS,
  })
}
