/** Entries of the wallet, newest first. */
import { infiniteQueryOptions } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'
import { allPages } from '../../api/pages'
import type { components } from '../../api/schema'

export type Entry = components['schemas']['Entry']
export type Kind = 'in' | 'out'

const PAGE = 100

export function isKind(value: unknown): value is Kind {
  return value === 'in' || value === 'out'
}

/** Whether an entry belongs under a heading: what came or came back, and what went or was set aside. */
export function isOf(entry: Entry, kind: Kind | undefined): boolean {
  const out = entry.d_available < 0 || entry.d_spent > 0
  return kind === undefined || out === (kind === 'out')
}

/** The one number of an entry: what it did to what can be spent, or what was paid of what was set aside. */
export function amountOf(entry: Entry): number {
  return entry.d_available || -entry.d_spent
}

const page = (cursor: string | null, signal?: AbortSignal) =>
  must(
    api.GET('/v1/wallet/entries', {
      params: { query: { limit: PAGE, ...(cursor && { cursor }) } },
      ...(signal && { signal }),
    }),
  )

export const entriesQuery = infiniteQueryOptions({
  queryKey: keys.entries,
  queryFn: ({ pageParam, signal }) => page(pageParam, signal),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next,
})

/** Every entry there is. */
export function allEntries(): Promise<Entry[]> {
  return allPages<Entry>(({ cursor = null }) => page(cursor))
}
