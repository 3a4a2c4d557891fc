/** The account: its sessions and archives. */
import { queryOptions } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'

export const sessionsQuery = queryOptions({
  queryKey: keys.sessions,
  queryFn: ({ signal }) => must(api.GET('/v1/sessions', { signal })),
})

export const exportsQuery = queryOptions({
  queryKey: keys.exports,
  queryFn: ({ signal }) => must(api.GET('/v1/me/exports', { signal })),
  refetchInterval: ({ state }) => (state.data?.items.some((one) => one.url === null) ? 5000 : false),
})
