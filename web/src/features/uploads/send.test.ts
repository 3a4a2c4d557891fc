import { expect, test } from 'vitest'
import { ApiError } from '../../api/errors'
import { type Asked, BucketError, type Net, pauseMs, send } from './send'

const STEP = 10
const signal = new AbortController().signal

function request(number: number) {
  return { method: 'PUT', url: `u${number}`, headers: {} }
}

/** A bucket and an API over it, that do what `put` says to each part; what was asked is written down. */
function world(parts: number, more: Partial<Net> = {}) {
  const said: string[] = []
  const portion = (numbers: number[]) => numbers.map((number) => ({ number, size_bytes: STEP, request: request(number) }))
  const asked: Asked =
    parts > 0
      ? { target: 'c', upload: { kind: 'multipart', part_bytes: STEP, parts_total: parts, parts: portion([...Array(Math.min(parts, 32)).keys()].map((n) => n + 1)) } }
      : { target: 'c', upload: { kind: 'single', request: request(0) } }
  const net: Net = {
    ask: async () => (said.push('ask'), asked),
    renew: async () => (said.push('renew'), asked),
    arrived: async () => new Map(),
    sign: async (_, numbers) => (said.push(`sign ${numbers.length}`), portion(numbers)),
    complete: async (_, sent) => void said.push(`complete ${sent.map(({ number, etag }) => `${number}${etag}`).join()}`),
    put: async ({ url }, body, sent) => {
      sent(body.size)
      said.push(`put ${url}`)
      return 'e'
    },
    rest: async (ms) => void said.push(`rest ${ms > 0}`),
    ...more,
  }
  const bytes: number[] = []
  const go = (target: string | null = null): Promise<void> =>
    send({ file: new Blob(['x'.repeat(Math.max(1, parts) * STEP - 3)]), target, net, signal, onTarget: () => undefined, onSent: (sent) => bytes.push(sent) })
  return { said, bytes, go }
}

test('a small file goes in one request, a large one in parts that are joined in order', async () => {
  const small = world(0)
  await small.go()
  expect(small.said).toEqual(['ask', 'put u0'])
  const large = world(3)
  await large.go()
  expect(large.said).toEqual(['ask', 'put u1', 'put u2', 'put u3', 'complete 1e,2e,3e'])
  expect(large.bytes.at(-1)).toBe(27)
})

test('what arrived before is not sent again, and counts', async () => {
  const one = world(3, { arrived: async () => new Map([[1, 'a'], [3, 'b']]) })
  await one.go('c')
  expect(one.said).toEqual(['renew', 'put u2', 'complete 1a,2e,3b'])
  expect(one.bytes[0]).toBe(17)
  expect(one.bytes.at(-1)).toBe(27)
})

test('parts beyond the first are signed many at a time, when their turn comes', async () => {
  const one = world(70)
  await one.go()
  expect(one.said.filter((word) => word.startsWith('sign'))).toEqual(['sign 32', 'sign 6'])
})

test('a signature that is too old is renewed, a bucket that stumbles is asked again, a refusal is not', async () => {
  const answers = [403, 503, 0]
  const put = async (): Promise<string> => {
    const status = answers.shift()
    if (status !== undefined) throw new BucketError(status)
    return 'e'
  }
  const one = world(0, { put })
  await one.go()
  expect(one.said).toEqual(['ask', 'renew', 'rest true', 'rest true'])
  const refused = world(0, { ask: () => Promise.reject(new ApiError({ code: 'not_video' }, 422)) })
  await expect(refused.go()).rejects.toMatchObject({ code: 'not_video' })
  expect(refused.said).toEqual([])
})

test('an upload that is gone is begun again, once; a clip that is gone is asked for anew; one that is there is done', async () => {
  const gone = world(2, { arrived: () => Promise.reject(new ApiError({ code: 'upload_gone' }, 404)) })
  await expect(gone.go('c')).rejects.toMatchObject({ code: 'upload_gone' })
  expect(gone.said).toEqual(['renew', 'renew'])
  const deleted = world(0, { renew: () => Promise.reject(new ApiError({ code: 'unknown_clip' }, 404)) })
  await deleted.go('old')
  expect(deleted.said).toEqual(['ask', 'put u0'])
  const done = world(0, { renew: () => Promise.reject(new ApiError({ code: 'already_uploaded' }, 409)) })
  await done.go('c')
  expect(done.said).toEqual([])
})

test('it waits longer each time, as long as it is told, and not for ever', () => {
  const waits = [0, 1, 2, 3, 4, 5].map((failures) => pauseMs(new BucketError(0), failures, 0.5))
  expect(waits).toEqual([1000, 2000, 4000, 8000, 8000, null])
  expect(pauseMs(new ApiError({ code: 'too_many_attempts' }, 429, 7), 0)).toBe(7000)
  expect(pauseMs(new ApiError({ code: 'storage_full' }, 409), 0)).toBeNull()
  expect(pauseMs(new BucketError(403), 0)).toBeNull()
})
