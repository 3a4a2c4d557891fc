/** The cache of answers, its one rule for trying again, and the queries that several features ask. */
import { QueryClient, queryOptions } from '@tanstack/react-query'
import { api, must } from './client'
import { ApiError } from './errors'
import { keys } from './keys'

const TRIES = 3

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: again, retryDelay: wait, staleTime: 30_000, gcTime: 600_000 },
      mutations: { retry: false },
    },
  })
}

/** Only what passes is tried again: a refusal stays one. */
export function again(failures: number, error: unknown): boolean {
  return error instanceof ApiError && error.passes && failures < TRIES
}

function wait(failures: number, error: unknown): number {
  const told = error instanceof ApiError ? error.retryAfterS : null
  return told === null ? Math.min(1000 * 2 ** failures, 8000) * (0.75 + Math.random() / 2) : told * 1000
}

export const appsQuery = queryOptions({
  queryKey: keys.apps,
  queryFn: ({ signal }) => must(api.GET('/v1/apps', { signal })),
  staleTime: 300_000,
})

export const limitsQuery = queryOptions({
  queryKey: keys.limits,
  queryFn: ({ signal }) => must(api.GET('/v1/limits', { signal })),
  staleTime: Infinity,
})

export const walletQuery = queryOptions({
  queryKey: keys.wallet,
  queryFn: ({ signal }) => must(api.GET('/v1/wallet', { signal })),
})

export const runningQuery = queryOptions({
  queryKey: [...keys.generations, 'running'],
  queryFn: ({ signal }) => must(api.GET('/v1/generations', { params: { query: { state: ['running'], limit: 20 } }, signal })),
})

export function projectQuery(id: string) {
  return queryOptions({
    queryKey: keys.project(id),
    queryFn: ({ signal }) => must(api.GET('/v1/projects/{project_id}', { params: { path: { project_id: id } }, signal })),
  })
}
