/** Links: addresses of pictures and files in answers. They end, an hour after they were given at the earliest. */
import { type QueryClient, type QueryKey, useQueryClient } from '@tanstack/react-query'

export const LINKS_MS = 45 * 60_000 // after which what has links is asked for again, as long as it is on the screen
const RECENT_MS = 60_000

/** A link does not do any more: ask anew for answers under a key; not for those that have just come. */
export function renew(client: QueryClient, queryKey: QueryKey): void {
  const before = Date.now() - RECENT_MS
  void client.invalidateQueries({ queryKey, predicate: ({ state }) => state.dataUpdatedAt < before })
}

/** The same as a handler: `onError={useRenew(keys.projects)}` of a picture whose link came under that key. */
export function useRenew(queryKey: QueryKey): () => void {
  const client = useQueryClient()
  return () => renew(client, queryKey)
}
