/** Everything that was ordered, newest first. */
import { infiniteQueryOptions } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'
import type { components } from '../../api/schema'

export type Generation = components['schemas']['ListedGeneration']
export type State = 'running' | 'made' | 'failed'

const PAGE = 50
// What a person tells apart, and the states of the API that are it.
const STATES: Record<State, components['schemas']['GenerationState'][]> = {
  running: ['running'],
  made: ['succeeded', 'partial'],
  failed: ['failed', 'cancelled'],
}

export function isState(value: unknown): value is State {
  return typeof value === 'string' && value in STATES
}

export function historyQuery(state: State | undefined) {
  return infiniteQueryOptions({
    queryKey: [...keys.generations, 'history', state ?? 'all'],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: PAGE, ...(state && { state: STATES[state] }), ...(pageParam && { cursor: pageParam }) }
      return must(api.GET('/v1/generations', { params: { query }, signal }))
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })
}
