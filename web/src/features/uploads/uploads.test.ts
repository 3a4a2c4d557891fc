import { expect, test } from 'vitest'
import { natural } from './dropped'
import type { Item } from './queue'
import type { Kept } from './records'
import type { Net } from './send'
import { type Choice, createUploads } from './uploads'

const file = (name: string): Choice['file'] => Object.assign(new Blob(['0123456789']), { name, lastModified: 5 })
const choice = (name: string): Choice => ({ file: file(name), kind: 'clip' })

/** Uploads whose files leave when the test says so. */
async function world(left: Kept[] = [], slow = false, user = 'ada') {
  const puts = new Map<string, { done: () => void; fail: (error: unknown) => void }>()
  const kept = new Map<string, Kept>()
  const asks = new Map<string, () => void>()
  const removed: string[] = []
  const net = ({ name }: Item): Net => ({
    ask: async () => {
      if (slow) await new Promise<void>((answer) => void asks.set(name, answer))
      return { target: `clip of ${name}`, upload: { kind: 'single', request: { method: 'PUT', url: name, headers: {} } } }
    },
    renew: async (target) => ({ target, upload: { kind: 'single', request: { method: 'PUT', url: name, headers: {} } } }),
    arrived: async () => new Map(),
    sign: async () => [],
    complete: async () => undefined,
    rest: async () => undefined,
    put: (request, _, __, signal) =>
      new Promise((done, fail) => {
        puts.set(request.url, { done: () => done('e'), fail })
        signal.addEventListener('abort', () => fail(signal.reason))
      }),
  })
  const uploads = createUploads({
    tab: 't', net,
    keep: async (one) => void kept.set(one.key, one),
    forget: async (key) => void kept.delete(key),
    left: async () => left,
    remove: async ({ target }) => void removed.push(String(target)),
  })
  await uploads.belong(user)
  const phases = (): string => uploads.items().map(({ name, phase }) => `${name}:${phase}`).join(' ')
  const until = (what: string): Promise<void> => expect.poll(phases).toBe(what)
  const key = (name: string): string => uploads.items().find((item) => item.name === name)?.key ?? ''
  const put = async (name: string) => {
    await expect.poll(() => puts.has(name)).toBe(true)
    return puts.get(name)
  }
  return { uploads, kept, removed, until, key, put, puts, asks }
}

test('three files are on their way at a time, and what is done makes room', async () => {
  const { uploads, until, put, kept } = await world()
  expect(uploads.add('p', ['a', 'b', 'c', 'd'].map(choice), [])).toEqual({ fresh: 4, again: 0, known: 0 })
  await until('a:sending b:sending c:sending d:waiting')
  expect(kept.size).toBe(4)
  ;(await put('b'))?.done()
  await until('a:sending b:sent c:sending d:sending')
  expect(kept.size).toBe(3)
})

test('what is paused stops and goes on; what failed is tried again, alone or with all', async () => {
  const { uploads, until, put, puts, key } = await world()
  uploads.add('p', ['a', 'b'].map(choice), [])
  await put('a')
  await put('b')
  uploads.pause(key('a'))
  await until('a:paused b:sending')
  puts.get('b')?.fail(new Error('no'))
  await until('a:paused b:failed')
  uploads.retryAll()
  uploads.resumeAll()
  await until('a:sending b:sending')
  uploads.pauseAll()
  await until('a:paused b:paused')
})

test('a file that was begun before this page goes on with its clip when it is given again', async () => {
  const begun: Kept = { key: 'k', user: 'ada', tab: 'old', project: 'p', kind: 'clip', name: 'a', size: 10, modified: 5, target: 'c1' }
  const { uploads, until, put } = await world([begun])
  await until('a:missing')
  uploads.retryAll()
  await until('a:missing')
  expect(uploads.add('p', ['a', 'a', 'b'].map(choice), [])).toEqual({ fresh: 1, again: 1, known: 1 })
  await until('a:sending b:sending')
  ;(await put('a'))?.done()
  await until('a:sent b:sending')
  expect(uploads.items()[0]?.target).toBe('c1')
})

test('what is taken out is given up; who signs out leaves nothing behind for the next', async () => {
  const { uploads, until, put, key, removed, kept } = await world()
  uploads.add('p', ['a', 'b'].map(choice), [])
  await put('a')
  await uploads.remove(key('a'))
  expect(removed).toEqual(['clip of a'])
  await until('b:sending')
  await uploads.belong('bob')
  await until('')
  expect([...kept.values()].map(({ name, user }) => `${name} of ${user}`)).toEqual(['b of ada'])
})

test('clips are asked for in the order of their files, however long an answer takes', async () => {
  const { uploads, until, asks } = await world([], true)
  uploads.add('p', natural(['clip 10', 'clip 2', 'Clip 1'].map(choice)), [])
  await until('Clip 1:sending clip 2:sending clip 10:sending')
  for (const name of ['Clip 1', 'clip 2', 'clip 10']) {
    await expect.poll(() => [...asks.keys()]).toEqual([name]) // no other one meanwhile
    asks.get(name)?.()
    asks.delete(name)
  }
})

test('what is given before it is known whose it is goes on, and is theirs', async () => {
  const { uploads, until, kept } = await world([], false, '')
  uploads.add('p', [choice('a')], [])
  await uploads.belong('ada')
  await until('a:sending')
  expect([...kept.values()].map(({ name, user }) => `${name} of ${user}`)).toEqual(['a of ada'])
})
