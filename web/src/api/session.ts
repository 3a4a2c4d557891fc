/**
 * Session: who is signed in. The access token lives in this module alone; what lasts is a cookie no script can read.
 * It is exchanged by one tab at a time, and tabs tell each other when somebody signs in or out.
 */
import { useSyncExternalStore } from 'react'
import { refused, unreachable } from './errors'
import type { components } from './schema'

export type User = components['schemas']['User']
type Session = components['schemas']['Session']
export type State = { kind: 'unknown' } | { kind: 'out'; ended: boolean } | { kind: 'in'; user: User }

const HINT = 'medley.signed-in' // that a cookie may be there: whose it is, it does not say
const EARLY = 0.8 // of a token's life, after which it is exchanged
const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('medley-session') : null
const listeners = new Set<() => void>()

let state: State = { kind: 'unknown' }
let lastUser: User | null = null
let token: string | null = null
let renewAt = 0
let timer: ReturnType<typeof setTimeout> | undefined
let running: Promise<boolean> | null = null
let turns = 0 // how often a session began or ended here

export const accessToken = (): string | null => token
export const sessionState = (): State => state

export function onSession(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useSession(): State {
  return useSyncExternalStore(onSession, sessionState)
}

/** The user who is signed in, or just was: a page is still drawn when they have left. Only in pages that require one. */
export function useUser(): User {
  useSession()
  if (lastUser === null) throw new Error('Nobody is signed in.')
  return lastUser
}

/** Whether somebody is signed in, once that is known. */
export async function known(): Promise<boolean> {
  if (state.kind === 'unknown') {
    if (localStorage.getItem(HINT) === null) become({ kind: 'out', ended: false })
    else await refresh()
  }
  return state.kind === 'in'
}

/** Take a session that the API gave. */
export function signedIn(session: Session): void {
  turns += 1
  take(session)
  channel?.postMessage('in')
}

/** Keep what changed of the profile. */
export function profileChanged(user: User): void {
  if (state.kind === 'in') become({ kind: 'in', user })
}

/** End the session here and in all tabs; the API forgets it too, if it can be reached. */
export async function signOut(): Promise<void> {
  forget(false) // first: the socket hears of it, and must not ask whether the session still is
  channel?.postMessage('out')
  await fetch('/v1/auth/sign-out', { method: 'POST' }).catch(() => undefined)
}

/** Nobody is signed in any more: `ended` if that was not asked for. */
export function forget(ended: boolean): void {
  token = null
  turns += 1
  clearTimeout(timer)
  localStorage.removeItem(HINT)
  become({ kind: 'out', ended })
}

/** A new access token; false if the session has ended. Raises: ApiError, if the API cannot be asked. */
export function refresh(): Promise<boolean> {
  running ??= alone(exchange).finally(() => {
    running = null
  })
  return running
}

function alone(work: () => Promise<boolean>): Promise<boolean> {
  return 'locks' in navigator ? navigator.locks.request('medley-refresh', work) : work()
}

async function exchange(): Promise<boolean> {
  const before = turns
  const response = await fetch('/v1/auth/refresh', { method: 'POST' }).catch(() => {
    throw unreachable()
  })
  if (turns === before && response.status === 401) {
    forget(state.kind === 'in')
    return false
  }
  if (!response.ok) throw refused(response, await response.json().catch(() => undefined))
  const session = (await response.json()) as Session
  if (turns !== before) return false // somebody signed out or in meanwhile: this is not their session
  take(session)
  return true
}

function take(session: Session): void {
  token = session.access_token
  localStorage.setItem(HINT, 'yes')
  renewAt = Date.now() + session.expires_in_s * EARLY * 1000
  schedule()
  become({ kind: 'in', user: session.user })
}

/** Exchange the token in time while somebody looks; else when they look again. */
function schedule(): void {
  clearTimeout(timer)
  timer = setTimeout(renewIfLooking, Math.max(0, renewAt - Date.now()))
}

function renewIfLooking(): void {
  if (state.kind === 'in' && document.visibilityState === 'visible' && Date.now() >= renewAt) {
    refresh().catch(() => undefined) // the next request tries again
  }
}

function become(next: State): void {
  state = next
  if (next.kind === 'in') lastUser = next.user
  for (const listener of listeners) listener()
}

if (typeof document !== 'undefined') document.addEventListener('visibilitychange', renewIfLooking)
channel?.addEventListener('message', ({ data }) => {
  if (data === 'out' && state.kind === 'in') forget(false)
  if (data === 'in') void refresh().catch(() => undefined)
})
