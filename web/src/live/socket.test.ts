import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepOpen, waitMs } from './socket'

test('waits double up to half a minute, never all at the same time', () => {
  expect([0, 1, 2, 3, 4, 5, 20].map((failures) => waitMs(failures, 0.5))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
  ])
  expect(waitMs(0, 0)).toBe(750)
  expect(waitMs(0, 1)).toBe(1250)
})

class Socket extends EventTarget {
  static opened: Socket[] = []
  closed = false

  constructor() {
    super()
    Socket.opened.push(this)
  }

  close(): void {
    this.closed = true
  }
}

beforeEach(() => {
  vi.useFakeTimers()
  Socket.opened = []
  vi.stubGlobal('WebSocket', Socket)
  const page = new EventTarget()
  for (const name of ['addEventListener', 'removeEventListener', 'dispatchEvent'] as const) vi.stubGlobal(name, page[name].bind(page))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const online = (): boolean => globalThis.dispatchEvent(new Event('online'))
const TICKET = { url: 'ws://x', ticket: 't' }

test('a network that comes back, however often it says so, opens one socket, and none is left at the end', async () => {
  const asked: { give: () => void; refuse: () => void }[] = []
  const ticket = () =>
    new Promise<typeof TICKET>((give, refuse) => {
      asked.push({ give: () => give(TICKET), refuse: () => refuse(new Error('no network')) })
    })
  const held = keepOpen({ ticket, heard: () => undefined, opened: () => undefined, closed: () => undefined })
  asked[0]?.refuse()
  await vi.advanceTimersByTimeAsync(0)
  online()
  expect(asked).toHaveLength(2) // at once
  asked[1]?.refuse()
  await vi.advanceTimersByTimeAsync(2000)
  expect(asked).toHaveLength(3)
  online() // a ticket is on its way already
  online()
  for (const { give } of asked) give()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(Socket.opened).toHaveLength(1)
  held.stop()
  expect(Socket.opened.filter(({ closed }) => !closed)).toEqual([])
})
