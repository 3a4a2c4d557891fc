/** The account: its sessions, what it uses, and archives. */
import { queryOptions } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'

export const sessionsQuery = queryOptions({
  queryKey: keys.sessions,
  queryFn: ({ signal }) => must(api.GET('/v1/sessions', { signal })),
})

export const usageQuery = queryOptions({
  queryKey: keys.usage,
  queryFn: ({ signal }) => must(api.GET('/v1/usage', { signal })),
  staleTime: 0,
})

export const exportsQuery = queryOptions({
  queryKey: keys.exports,
  queryFn: ({ signal }) => must(api.GET('/v1/me/exports', { signal })),
  refetchInterval: ({ state }) => (state.data?.items.some((one) => one.url === null) ? 5000 : false),
})
