/** Client: the API's operations, typed from its document. `must(api.GET('/v1/wallet'))` is an answer or an ApiError. */
import createClient, { type Middleware } from 'openapi-fetch'
import { refused, unreachable } from './errors'
import type { paths } from './schema'
import { accessToken, refresh, sessionState } from './session'

/** Sends the access token; a request that was refused for it is sent once more with a new one. */
const signed: Middleware = {
  onRequest({ request, id }) {
    const token = accessToken()
    if (token === null) return undefined
    request.headers.set('authorization', `Bearer ${token}`)
    again.set(id, request.clone()) // a body can be read once
    return request
  },
  async onResponse({ response, id }) {
    const copy = again.get(id)
    again.delete(id)
    if (response.status !== 401 || copy === undefined || sessionState().kind !== 'in') return undefined
    if (!(await refresh())) return undefined
    copy.headers.set('authorization', `Bearer ${accessToken()}`)
    return fetch(copy)
  },
  onError({ id }) {
    again.delete(id)
  },
}
const again = new Map<string, Request>()

export const api = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? 'http://localhost',
  fetch: (request) => globalThis.fetch(request),
})
api.use(signed)

/** The body of an answer. Raises: ApiError, for every refusal and where there was no answer. */
export async function must<T>(
  asked: Promise<{ data?: T | undefined; error?: unknown; response: Response }>,
): Promise<T> {
  const answer = await asked.catch((error: unknown) => {
    if (error instanceof TypeError) throw unreachable() // what fetch raises where there is no network
    throw error
  })
  if (!answer.response.ok) throw refused(answer.response, answer.error)
  return answer.data as T
}
