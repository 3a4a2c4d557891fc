/** Mix: what is asked of the API beside the form. */
import { queryOptions } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'
import type { Spec } from '../../api/library'
import { allPages } from '../../api/pages'
import type { components } from '../../api/schema'
import type { Values } from '../../form/values'

export { projectQuery } from '../../api/queries'
export { assetsQuery, clipsQuery, groupsQuery, type Asset, type Clip, type Group } from '../../api/library'

type Schemas = components['schemas']
export type Project = Schemas['Project']
export type Quote = Omit<Schemas['Quote'], 'pairs'>
export type Plan = Schemas['PlanPreview']
export type Video = Schemas['PreviewedVideo']
export type Shot = Schemas['Shot']
export type Generation = Schemas['Generation']
export type Preset = Schemas['Preset']

export const FIRST = 6 // planned videos that are shown

/** A spec as the API's types have it: which fields it has is the app's to say, and the schema's to check. */
const asSpec = (spec: Values): Spec => spec as unknown as Spec

export function quoteQuery(project: string, spec: Values) {
  return queryOptions({
    queryKey: [...keys.quotes(project), spec],
    queryFn: ({ signal }) =>
      must(
        api.POST('/v1/projects/{project_id}/quote', {
          params: { path: { project_id: project } },
          body: { spec: asSpec(spec) },
          signal,
        }),
      ),
  })
}

export function planQuery(project: string, spec: Values) {
  return queryOptions({
    queryKey: [...keys.plans(project), spec],
    queryFn: ({ signal }) =>
      must(
        api.POST('/v1/projects/{project_id}/plan', {
          params: { path: { project_id: project }, query: { first: FIRST } },
          body: { spec: asSpec(spec) },
          signal,
        }),
      ),
  })
}

export function presetsQuery(app: string) {
  return queryOptions({
    queryKey: [...keys.presets, app],
    queryFn: async ({ signal }) => {
      const all = await allPages<Preset>((cursor) => must(api.GET('/v1/presets', { params: { query: { app, ...cursor } }, signal })))
      return all.sort((one, other) => one.name.localeCompare(other.name))
    },
  })
}

/** The settings of an order: again, or so many more of it. */
export function settingsQuery(generation: string, more: number | undefined) {
  return queryOptions({
    queryKey: [...keys.generation(generation), 'settings', more ?? null],
    queryFn: ({ signal }) =>
      must(
        api.GET('/v1/generations/{generation_id}/settings', {
          params: { path: { generation_id: generation }, query: more === undefined ? {} : { more } },
          signal,
        }),
      ),
    staleTime: 0,
  })
}

export function savePreset(app: string, name: string, spec: Values): Promise<Preset> {
  return must(api.POST('/v1/presets', { body: { app, name, spec: asSpec(spec) } }))
}

export function changePreset(id: string, name: string, spec: Values): Promise<Preset> {
  return must(
    api.PUT('/v1/presets/{preset_id}', { params: { path: { preset_id: id } }, body: { name, spec: asSpec(spec) } }),
  )
}

export function deletePreset(id: string): Promise<unknown> {
  return must(api.DELETE('/v1/presets/{preset_id}', { params: { path: { preset_id: id } } }))
}

export function sendOrder(project: string, key: string, spec: Values): Promise<Generation> {
  return must(
    api.POST('/v1/projects/{project_id}/generations', {
      params: { path: { project_id: project }, header: { 'Idempotency-Key': key } },
      body: { spec: asSpec(spec) },
    }),
  )
}

/** Have the first video of an order made as a draft. */
export function orderFirst(project: string, key: string, spec: Values): Promise<Generation> {
  return must(
    api.POST('/v1/projects/{project_id}/previews', {
      params: { path: { project_id: project }, header: { 'Idempotency-Key': key } },
      body: { spec: asSpec(spec) },
    }),
  )
}

/** That draft; under the key of its outputs, which pushes make stale. */
export function renderedQuery(id: string) {
  return queryOptions({
    queryKey: [...keys.outputs(id), 'rendered'],
    queryFn: ({ signal }) => must(api.GET('/v1/generations/{generation_id}', { params: { path: { generation_id: id } }, signal })),
    staleTime: 0,
  })
}
