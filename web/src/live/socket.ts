/** Socket: one WebSocket that is opened again whenever it ends, each time with a fresh ticket. */

const FIRST_MS = 1000
const LONGEST_MS = 30_000
const PING_MS = 300_000 // the API cuts off who is silent for ten minutes
const LIFE_MS = 110 * 60_000 // and everybody after two hours

export interface Ends {
  ticket: () => Promise<{ url: string; ticket: string }>
  heard: (data: unknown) => void
  opened: () => void
  closed: () => void
}

/** Keep a socket open until `stop` is called. */
export function keepOpen(ends: Ends): { stop: () => void } {
  let socket: WebSocket | null = null
  let asking = false // a ticket is on its way
  let failures = 0
  let stopped = false
  const timers = new Set<ReturnType<typeof setTimeout>>()

  const later = (work: () => void, ms: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (!stopped) work()
    }, ms)
    timers.add(timer)
  }
  const again = (): void => {
    const pause = waitMs(failures)
    failures += 1
    later(() => void open(), pause)
  }
  const open = async (): Promise<void> => {
    let address: string
    asking = true
    try {
      const { url, ticket } = await ends.ticket()
      address = `${url}?ticket=${encodeURIComponent(ticket)}`
    } catch {
      return again()
    } finally {
      asking = false
    }
    if (stopped) return
    const mine = new WebSocket(address)
    socket = mine
    mine.addEventListener('open', () => {
      failures = 0
      ends.opened()
      later(() => ping(mine, later), PING_MS)
      later(() => mine.close(), LIFE_MS)
    })
    mine.addEventListener('message', (event) => ends.heard(parsed(event.data)))
    mine.addEventListener('close', () => {
      if (socket !== mine) return
      socket = null
      ends.closed()
      if (!stopped) again()
    })
  }
  const atOnce = (): void => {
    if (socket === null && !asking && !stopped && failures > 0) {
      failures = 0
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
      void open()
    }
  }

  globalThis.addEventListener('online', atOnce)
  void open()
  return {
    stop() {
      stopped = true
      globalThis.removeEventListener('online', atOnce)
      for (const timer of timers) clearTimeout(timer)
      socket?.close()
    },
  }
}

/** How long to wait after so many failures: 1, 2, 4, ... 30 s, a quarter more or less so that not all come at once. */
export function waitMs(failures: number, random = Math.random()): number {
  return Math.min(FIRST_MS * 2 ** failures, LONGEST_MS) * (0.75 + random / 2)
}

function ping(socket: WebSocket, later: (work: () => void, ms: number) => void): void {
  if (socket.readyState !== WebSocket.OPEN) return
  socket.send('{"type": "ping"}')
  later(() => ping(socket, later), PING_MS)
}

function parsed(data: unknown): unknown {
  try {
    return JSON.parse(String(data))
  } catch {
    return null
  }
}
