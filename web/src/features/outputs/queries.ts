/** Outputs: what is asked of the API about them. */
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'
import { LINKS_MS } from '../../api/links'
import { allPages } from '../../api/pages'
import type { components } from '../../api/schema'
import { keepLater, later } from '../../live/pushes'
import { type Bundle, keepLatest } from './bundles'
import { merge, none, type Outputs } from './merge'
import { loadNaming } from './naming'

type Schemas = components['schemas']
export type Generation = Schemas['Generation']
export type Cut = { n: number; title: string; shots: Schemas['Shot'][] }

const RECENT_MS = 60_000
const PAGE = 100
const CUTS = 200 // videos whose shots come in one answer

/** All outputs; of those known, only what changed since comes. The generation's own state comes along. */
export function outputsQuery(client: QueryClient, id: string) {
  return queryOptions({
    queryKey: keys.outputs(id),
    queryFn: async ({ signal }): Promise<Outputs> => {
      const old = client.getQueryData<Outputs>(keys.outputs(id))
      const known = old && Date.now() - old.signed < LINKS_MS ? old : none(Date.now())
      let found = known
      let next: string | null = null
      do {
        const query = { after_seq: known.seq, limit: PAGE, ...(next !== null && { cursor: next }) }
        const page: Schemas['Progress'] = await must(
          api.GET('/v1/generations/{generation_id}', { params: { path: { generation_id: id }, query }, signal }),
        )
        client.setQueryData<Generation>(keys.generation(id), (now) => later(now, page.generation))
        next = page.next
        found = merge(found, page.outputs, next === null ? page.generation.seq : known.seq)
      } while (next !== null)
      return found
    },
    structuralSharing: false,
    staleTime: 0,
  })
}

/** Links have expired, or say something else by now: ask for all outputs anew; not again for those just asked for. */
export function renewLinks(client: QueryClient, id: string, recent = RECENT_MS): void {
  const known = client.getQueryData<Outputs>(keys.outputs(id))
  if (known && Date.now() - known.signed < recent) return
  client.setQueryData<Outputs>(keys.outputs(id), (old) => old && { ...old, signed: 0 })
  void client.invalidateQueries({ queryKey: keys.outputs(id) })
}

/** A link to one video, for playing and saving. */
export function linkQuery(id: string, n: number) {
  return queryOptions({
    queryKey: ['link', id, n],
    queryFn: ({ signal }) =>
      must(
        api.GET('/v1/generations/{generation_id}/outputs/{n}/link', {
          params: { path: { generation_id: id, n } },
          signal,
        }),
      ),
    staleTime: 50 * 60_000,
  })
}

/** The shots of every video, by its number; they are fixed once it is planned. */
export function cutsQuery(id: string) {
  return queryOptions({
    queryKey: ['cuts', id],
    queryFn: async ({ signal }): Promise<ReadonlyMap<number, Cut>> => {
      const outputs = await allPages<Cut>(async (query) => {
        const page = await must(
          api.GET('/v1/generations/{generation_id}/manifest', {
            params: { path: { generation_id: id }, query: { ...query, limit: CUTS } },
            signal,
          }),
        )
        return { items: page.outputs.map(({ n, title, shots }) => ({ n, title, shots })), next: page.next }
      })
      return new Map(outputs.map((each) => [each.n, each]))
    },
    staleTime: Infinity,
    structuralSharing: false,
  })
}

/** Archives of this generation's videos, newest first. */
export function bundlesQuery(generation: string) {
  return queryOptions({
    queryKey: [...keys.bundles, generation],
    queryFn: ({ signal }) =>
      allPages<Bundle>((cursor) => must(api.GET('/v1/bundles', { params: { query: { generation_id: generation, ...cursor } }, signal }))),
    structuralSharing: (old, fresh) => keepLatest(old as Bundle[] | undefined, fresh as Bundle[]),
    staleTime: 0,
  })
}

/** One archive, with links that are good from now on. */
export function bundleQuery(id: string) {
  return queryOptions({
    queryKey: keys.bundle(id),
    queryFn: ({ signal }) => must(api.GET('/v1/bundles/{bundle_id}', { params: { path: { bundle_id: id } }, signal })),
    structuralSharing: keepLater,
    staleTime: 0,
  })
}

/** Pack videos into an archive: those of these numbers, or all. */
export function makeBundle(id: string, outputs: readonly number[] | null, key: string): Promise<Bundle> {
  return must(
    api.POST('/v1/generations/{generation_id}/bundles', {
      params: { path: { generation_id: id }, header: { 'Idempotency-Key': key } },
      body: { outputs: outputs === null ? null : [...outputs], naming: loadNaming() },
    }),
  )
}

export function deleteBundle(id: string): Promise<unknown> {
  return must(api.DELETE('/v1/bundles/{bundle_id}', { params: { path: { bundle_id: id } } }))
}

/** Make a lost video again, free of charge. */
export function restoreOutput(id: string, n: number): Promise<Schemas['Output']> {
  return must(
    api.POST('/v1/generations/{generation_id}/outputs/{n}/restore', { params: { path: { generation_id: id, n } } }),
  )
}
