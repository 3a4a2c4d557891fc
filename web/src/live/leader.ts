/**
 * Leader: one tab of a browser holds the socket and tells the others what it hears; when it closes, the next one takes
 * over. While there is no socket, `useLive()` is false and queries poll.
 */
import type { QueryClient } from '@tanstack/react-query'
import { useSyncExternalStore } from 'react'
import { api, must } from '../api/client'
import { LINKS_MS } from '../api/links'
import { onSession, refresh, sessionState } from '../api/session'
import { type Push, take } from './pushes'
import { keepOpen } from './socket'

type Word = { say: 'push'; push: Push } | { say: 'live'; live: boolean } | { say: 'ask' }

const LOCK = 'medley-socket'
const POLL_MS = 4000
const listeners = new Set<() => void>()
let live = false

/** Whether pushes come in. */
export function useLive(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => live,
  )
}

/** `refetchInterval` of something that moves: while pushes come in only so often that its links do not end. */
export function usePoll(ms = POLL_MS): number {
  return useLive() ? LINKS_MS : ms
}

/** Listen for as long as somebody is signed in. Called once. */
export function listen(client: QueryClient): void {
  let end: AbortController | null = null
  const follow = (): void => {
    const signedIn = sessionState().kind === 'in'
    if (signedIn && end === null) {
      end = new AbortController()
      join(client, end.signal)
    } else if (!signedIn && end !== null) {
      end.abort()
      end = null
      become(false)
    }
  }
  onSession(follow)
  follow()
}

function join(client: QueryClient, signal: AbortSignal): void {
  const channel = new BroadcastChannel('medley-live')
  signal.addEventListener('abort', () => channel.close())
  let leads = false
  channel.addEventListener('message', ({ data }: MessageEvent<Word>) => {
    if (data.say === 'push') take(client, data.push)
    if (data.say === 'live') opened(client, data.live)
    if (data.say === 'ask' && leads) channel.postMessage({ say: 'live', live })
  })
  channel.postMessage({ say: 'ask' })
  const lead = (): Promise<void> =>
    new Promise((done) => {
      if (signal.aborted) return done()
      leads = true
      const held = hold(client, channel)
      signal.addEventListener('abort', () => {
        held.stop()
        done()
      })
    })
  if ('locks' in navigator) navigator.locks.request(LOCK, { signal }, lead).catch(() => undefined)
  else void lead()
}

function hold(client: QueryClient, channel: BroadcastChannel): { stop: () => void } {
  const tell = (word: Word): void => channel.postMessage(word)
  const held = keepOpen({
    ticket: () => must(api.POST('/v1/socket-tickets')),
    heard(data) {
      if (data === null || typeof data !== 'object' || !('type' in data)) return
      const push = data as Push
      if (push.type === 'socket_closing') {
        if (push.reason === 'replaced') held.stop() // too many browsers listen: this one polls
        else void refresh().catch(() => undefined) // and hears that the session has ended
        return
      }
      take(client, push)
      tell({ say: 'push', push })
    },
    opened() {
      opened(client, true)
      tell({ say: 'live', live: true })
    },
    closed() {
      become(false)
      if (sessionState().kind === 'in') tell({ say: 'live', live: false })
    },
  })
  return held
}

/** What was said while nobody listened is unknown: ask for everything that is on the screen again. */
function opened(client: QueryClient, now: boolean): void {
  if (now && !live) void client.invalidateQueries({ refetchType: 'active' })
  become(now)
}

function become(now: boolean): void {
  if (live === now) return
  live = now
  for (const listener of listeners) listener()
}
