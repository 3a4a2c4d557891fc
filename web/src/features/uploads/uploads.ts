/** Uploads: the queue at work. Three files at a time; what is done to one is done by its key. Knows no browser. */
import type { Asset, Clip } from '../../api/library'
import { match, type Named } from './matching'
import { changed, type Item, type Kind, type Phase, startable } from './queue'
import type { Kept } from './records'
import { type Net, send } from './send'

export interface Choice {
  file: Blob & Named
  kind: Kind
  handle?: FileSystemFileHandle
}

/** What became of chosen files: new ones, ones that were begun before, ones that are on their way already. */
export interface Added {
  fresh: number
  again: number
  known: number
}

export interface World {
  tab: string
  net: (item: Item, file: Named) => Net
  keep: (kept: Kept) => Promise<void>
  forget: (key: string) => Promise<void>
  left: (user: string) => Promise<Kept[]>
  /** Give up what was asked for. */
  remove: (item: Item) => Promise<void>
}

const TOLD_EACH_MS = 150 // progress is drawn a few times a second

const FRESH = { phase: 'waiting', sent: 0, target: null, problem: null, sentAt: 0 } as const

export type Uploads = ReturnType<typeof createUploads>

export function createUploads(world: World) {
  let items: readonly Item[] = []
  let user = ''
  let told: ReturnType<typeof setTimeout> | null = null
  const given = new Map<string, Choice>()
  const handles = new Map<string, FileSystemFileHandle>()
  const running = new Map<string, AbortController>()
  let asked: Promise<unknown> = Promise.resolve()
  const listeners = new Set<(before: readonly Item[]) => void>()
  let before = items

  const tell = (): void => {
    if (told !== null) clearTimeout(told)
    told = null
    const was = before
    before = items
    for (const listener of listeners) listener(was)
  }
  const become = (next: readonly Item[]): void => {
    items = next
    for (const item of startable(items)) start(item)
    tell()
  }
  const change = (key: string, what: Partial<Item>): void => become(changed(items, key, what))
  const one = (key: string): Item | undefined => items.find((item) => item.key === key)

  const keepItem = (item: Item): void => {
    const { key, project, kind, name, size, modified, target } = item
    const handle = given.get(key)?.handle ?? handles.get(key)
    void world.keep({ key, project, kind, name, size, modified, target, user, tab: world.tab, ...(handle && { handle }) })
  }

  /** A clip has its place by when it is asked for: one is asked for after the other, in the order of the queue. */
  const inTurn = (net: Net, signal: AbortSignal): Net => ({
    ...net,
    ask() {
      const mine = asked.then(() => {
        signal.throwIfAborted() // paused or taken out before its turn came
        return net.ask()
      })
      asked = mine.catch(() => undefined)
      return mine
    },
  })

  function start(item: Item): void {
    const choice = given.get(item.key)
    if (choice === undefined || running.has(item.key)) return
    const { key } = item
    const end = new AbortController()
    running.set(key, end)
    items = changed(items, key, { phase: 'sending', problem: null })
    const mine = (): boolean => running.get(key) === end
    send({
      file: choice.file,
      target: item.target,
      net: inTurn(world.net(item, choice.file), end.signal),
      signal: end.signal,
      onTarget(target) {
        if (!mine()) return
        change(key, { target })
        const now = one(key)
        if (now) keepItem(now)
      },
      onSent(sent) {
        if (!mine()) return
        items = changed(items, key, { sent })
        told ??= setTimeout(tell, TOLD_EACH_MS)
      },
    }).then(
      () => {
        if (!mine()) return
        running.delete(key)
        given.delete(key)
        void world.forget(key)
        change(key, { phase: 'sent', sent: item.size, sentAt: Date.now() })
      },
      (problem: unknown) => {
        if (!mine()) return // paused, or taken out
        running.delete(key)
        change(key, { phase: 'failed', problem })
      },
    )
  }

  const stop = (keys: readonly string[], phase: Phase): void => {
    for (const key of keys) {
      const end = running.get(key)
      running.delete(key)
      end?.abort(new DOMException('stopped', 'AbortError'))
    }
    const stopped = new Set(keys)
    become(items.map((item) => (stopped.has(item.key) ? { ...item, phase } : item)))
  }

  const keysIn = (...phases: Phase[]): string[] =>
    items.filter((item) => phases.includes(item.phase)).map(({ key }) => key)

  const again = (keys: readonly string[]): void => {
    const wanted = new Set(keys.filter((key) => given.has(key)))
    become(items.map((item) => (wanted.has(item.key) ? { ...item, phase: 'waiting', problem: null } : item)))
  }

  const take = (keys: readonly string[]): Item[] => {
    const gone = new Set(keys)
    const taken = items.filter(({ key }) => gone.has(key))
    for (const key of keys) {
      const end = running.get(key)
      running.delete(key)
      end?.abort(new DOMException('taken out', 'AbortError'))
      given.delete(key)
      void world.forget(key)
    }
    become(items.filter(({ key }) => !gone.has(key)))
    return taken
  }

  return {
    items: () => items,
    /** Hear of changes; a listener is given the items as they were when it was last told. */
    subscribe(listener: (before: readonly Item[]) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    /** Take files for a project; `library` is what it holds already. */
    add(project: string, choices: readonly Choice[], library: readonly (Clip | Asset)[]): Added {
      const added: Added = { fresh: 0, again: 0, known: 0 }
      const taken = new Set<string>()
      let next = items
      for (const choice of choices) {
        const { name, size, lastModified: modified } = choice.file
        const found = match(choice.file, choice.kind, project, next, library, taken)
        if (found.what === 'known') {
          added.known += 1
          continue
        }
        const target = found.what === 'expected' ? found.target : null
        if (target !== null) taken.add(target)
        const key = found.what === 'again' ? found.key : crypto.randomUUID()
        given.set(key, choice)
        if (found.what === 'again') next = changed(next, key, { phase: 'waiting', problem: null })
        else next = [...next, { ...FRESH, key, project, kind: choice.kind, name, size, modified, target }]
        added[found.what === 'new' ? 'fresh' : 'again'] += 1
        const item = next.find((each) => each.key === key)
        if (item) keepItem(item)
      }
      if (next !== items) become(next)
      return added
    },
    pause: (key: string) => stop([key], 'paused'),
    pauseAll: () => stop(keysIn('sending', 'waiting'), 'paused'),
    resume: (key: string) => again([key]),
    resumeAll: () => again(keysIn('paused')),
    retry: (key: string) => again([key]),
    retryAll: () => again(keysIn('failed')),
    /** Give up a file, and what waits for it. */
    async remove(key: string): Promise<void> {
      for (const item of take([key]))
        if (item.target !== null && item.phase !== 'sent') await world.remove(item) // oxlint-disable-line no-await-in-loop
    },
    /** Clips or assets were deleted: so is what is said of their files. */
    deleted(targets: readonly string[]): void {
      const gone = new Set<string | null>(targets)
      take(items.filter(({ target }) => gone.has(target)).map(({ key }) => key))
    },
    /** Forget what is done; what is not stays. */
    clear: () => void take(keysIn('sent')),
    /** The way back to a file that was begun before, where the browser kept one. */
    handle: (key: string) => handles.get(key),
    /** Become those of a person ('' for nobody): what they began and did not end is missing its file. */
    async belong(to: string): Promise<void> {
      if (to === user) return
      if (user !== '') {
        for (const end of running.values()) end.abort(new DOMException('signed out', 'AbortError'))
        for (const kept of [running, given, handles]) kept.clear()
        become([])
      }
      user = to
      items.forEach(keepItem) // given before it was known here whose they are
      if (to === '') return
      const left = await world.left(to)
      if (user !== to) return
      const there = new Set(items.map(({ key }) => key))
      const missing = left.filter(({ key }) => !there.has(key))
      for (const { key, handle } of missing) if (handle) handles.set(key, handle)
      become([
        ...missing.map(({ key, project, kind, name, size, modified, target }): Item => ({
          ...FRESH, key, project, kind, name, size, modified, target, phase: 'missing',
        })),
        ...items,
      ])
    },
  }
}
