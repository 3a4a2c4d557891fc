// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest'
import { api, must } from './client'
import { ApiError, OFFLINE } from './errors'
import { forget, refresh, sessionState, signedIn, signOut, type User } from './session'

const user: User = {
  id: 'u', email: 'ada@example.com', email_verified: true, name: 'Ada', role: 'user', language: 'en', theme: 'system',
  mail_on_end: false, created_at: '2026-11-28T10:00:00Z',
}
const session = (token: string) => ({ access_token: token, expires_in_s: 900, user })

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })
}

function refusal(code: string, metadata: Record<string, unknown> = {}): unknown {
  return { error: { code, message: `This is ${code}.`, http_status: 400, metadata, timestamp: '', request_id: 'r-1' } }
}

/** Answers requests one after the other, and keeps what was sent. */
function network(...answers: (() => Response | Promise<Response>)[]) {
  const sent: { path: string; token: string | null; body: string }[] = []
  vi.stubGlobal('fetch', async (input: Request | string) => {
    const request = typeof input === 'string' ? new Request(new URL(input, location.origin), { method: 'POST' }) : input
    const token = request.headers.get('authorization')
    sent.push({ path: new URL(request.url).pathname, token, body: await request.text() })
    const next = answers[sent.length - 1]
    if (next === undefined) throw new Error(`nobody answers ${request.url}`)
    return next()
  })
  return sent
}

afterEach(() => {
  vi.unstubAllGlobals()
  forget(false)
})

const makeProject = () => must(api.POST('/v1/projects', { body: { app: 'a', name: 'Sol' } }))

test('a request refused for its token is sent once more, whole, with a new one', async () => {
  signedIn(session('old'))
  const sent = network(
    () => answer(401, refusal('invalid_token')),
    () => answer(200, session('new')),
    () => answer(201, { id: 'p' }),
  )
  expect(await makeProject()).toEqual({ id: 'p' })
  expect(sent.map(({ path, token }) => [path, token])).toEqual([
    ['/v1/projects', 'Bearer old'],
    ['/v1/auth/refresh', null],
    ['/v1/projects', 'Bearer new'],
  ])
  expect(sent[2]?.body).toBe(sent[0]?.body)
})

test('a token that arrives after somebody signed out is nobody\'s', async () => {
  signedIn(session('old'))
  const waiting: ((response: Response) => void)[] = []
  network(() => new Promise((resolve) => waiting.push(resolve)), () => answer(200, null))
  const exchanged = refresh()
  await signOut()
  waiting[0]?.(answer(200, session('new')))
  expect(await exchanged).toBe(false)
  expect(sessionState()).toEqual({ kind: 'out', ended: false })
})

test('a session that has ended is not asked for twice', async () => {
  signedIn(session('old'))
  const sent = network(
    () => answer(401, refusal('invalid_token')),
    () => answer(401, refusal('session_ended')),
  )
  await expect(makeProject()).rejects.toMatchObject({ status: 401 })
  expect([sent.length, sessionState()]).toEqual([2, { kind: 'out', ended: true }])
})

test('refusals have their code, the place of each fault, and when to come back', async () => {
  const fields = [{ field: 'body.name', code: 'missing', message: 'This is missing.' }]
  network(() => answer(422, refusal('invalid_input', { fields }), { 'retry-after': '7' }))
  const error = await makeProject().catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({ code: 'invalid_input', requestId: 'r-1', retryAfterS: 7, passes: false })
  expect((error as ApiError).faults['name']?.message).toBe('This is missing.')
})

test('no answer at all is a fault that passes', async () => {
  network(() => Promise.reject(new TypeError('Failed to fetch')))
  await expect(makeProject()).rejects.toMatchObject({ code: OFFLINE, status: 0, passes: true })
})
