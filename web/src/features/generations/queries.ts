/** Generations: what is asked of the API about one order, and what is done to it. */
import { queryOptions } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'
import { allPages } from '../../api/pages'
import type { components } from '../../api/schema'
import { keepLater } from '../../live/pushes'

type Schemas = components['schemas']
export type Generation = Schemas['Generation']
export type Distinctness = Schemas['Distinctness']
export type Retention = Schemas['Retention']
export type Manifest = Schemas['Manifest']

const VIDEOS = 200 // of a manifest in one answer
const ORDERS = 100 // in one answer

export function generationQuery(id: string) {
  return queryOptions({
    queryKey: keys.generation(id),
    queryFn: async ({ signal }): Promise<Generation> => {
      const path = { generation_id: id }
      return (await must(api.GET('/v1/generations/{generation_id}', { params: { path, query: { limit: 1 } }, signal }))).generation
    },
    structuralSharing: keepLater,
    staleTime: 0,
  })
}

/** How unlike each other the videos are; `seq` makes it be asked for again when more are settled. */
export function distinctnessQuery(id: string, seq: number) {
  return queryOptions({
    queryKey: ['distinctness', id, seq],
    queryFn: async ({ signal }) => {
      const path = { generation_id: id }
      return (await must(api.GET('/v1/generations/{generation_id}/distinctness', { params: { path }, signal }))) as Distinctness
    },
    staleTime: Infinity,
  })
}

/** The order with which what this one did not make was ordered again; null without one. */
export function retriedQuery({ id, project_id: project, created_at: since }: Generation) {
  return queryOptions({
    queryKey: retriedKey(id),
    queryFn: async ({ signal }) => {
      const query = { project_id: project, since, limit: ORDERS }
      const later = await allPages((cursor) => must(api.GET('/v1/generations', { params: { query: { ...query, ...cursor } }, signal })))
      return later.find(({ retry_of: of }) => of === id)?.id ?? null
    },
  })
}

export const retriedKey = (id: string) => [...keys.generations, 'retry', id] as const

export function retentionQuery(id: string, made: number) {
  return queryOptions({
    queryKey: [...retentionKey(id), made],
    queryFn: ({ signal }) =>
      must(api.GET('/v1/generations/{generation_id}/retention', { params: { path: { generation_id: id } }, signal })),
  })
}

export const retentionKey = (id: string) => ['retention', id] as const

export function keepFor(id: string, days: number): Promise<Retention> {
  return must(api.PATCH('/v1/generations/{generation_id}/retention', { params: { path: { generation_id: id } }, body: { days } }))
}

export function cancel(id: string): Promise<Generation> {
  return must(api.POST('/v1/generations/{generation_id}/cancel', { params: { path: { generation_id: id } } }))
}

export function retry(id: string, key: string): Promise<Generation> {
  return must(
    api.POST('/v1/generations/{generation_id}/retry', {
      params: { path: { generation_id: id }, header: { 'Idempotency-Key': key } },
    }),
  )
}

/** What every video is made of, for a program: all pages of it as one document. */
export async function manifestJson(id: string): Promise<string> {
  const pages: Manifest[] = []
  let cursor: string | null = null
  do {
    const query = { limit: VIDEOS, ...(cursor !== null && { cursor }) }
    const params = { path: { generation_id: id }, query }
    const page = (await must(api.GET('/v1/generations/{generation_id}/manifest', { params }))) as Manifest
    pages.push(page)
    cursor = page.next
  } while (cursor !== null)
  return `${JSON.stringify(joined(pages), null, 2)}\n`
}

/** Pages of one manifest as a whole: what is of all videos stands in each of them. */
export function joined(pages: readonly Manifest[]): Manifest | undefined {
  const [first] = pages
  return (
    first && {
      ...first,
      outputs: pages.flatMap(({ outputs }) => outputs),
      prints: Object.assign({}, ...pages.map(({ prints }) => prints)) as Manifest['prints'],
      next: null,
    }
  )
}

/** What every video is made of, for a spreadsheet. */
export async function manifestCsv(id: string): Promise<string> {
  const params = { path: { generation_id: id } }
  return (await must(api.GET('/v1/generations/{generation_id}/manifest.csv', { params, parseAs: 'text' }))) as string
}
