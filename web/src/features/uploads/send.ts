/** Send: one file on its way to the bucket, in one request or in parts, from wherever it stands. Knows no browser. */
import { ApiError } from '../../api/errors'
import type { components } from '../../api/schema'

type Schemas = components['schemas']
type Upload = Schemas['SingleUpload'] | Schemas['MultipartUpload']
type Request = Schemas['Request']
type Parts = Schemas['PartRequest'][]

export interface Asked {
  target: string
  upload: Upload
}

/** What sending needs of the API and the bucket. */
export interface Net {
  ask: () => Promise<Asked>
  renew: (target: string) => Promise<Asked>
  /** ETags by number of the parts that arrived. */
  arrived: (target: string) => Promise<Map<number, string>>
  sign: (target: string, numbers: number[]) => Promise<Parts>
  complete: (target: string, parts: Schemas['SentPart'][]) => Promise<void>
  /** Sends bytes; the answer's ETag. Raises: BucketError. */
  put: (request: Request, body: Blob, sent: (bytes: number) => void, signal: AbortSignal) => Promise<string>
  /** Wait so long, and until there is a network. */
  rest: (ms: number, signal: AbortSignal) => Promise<void>
}

/** The bucket said no, or (status 0) nothing. */
export class BucketError extends Error {
  constructor(readonly status: number) {
    super(`The bucket answered ${status}.`)
    this.name = 'BucketError'
  }
}

/** The file cannot be read any more: it was changed or removed after it was chosen. */
export class FileChanged extends Error {}

export const PARTS_AT_ONCE = 4
const PARTS_SIGNED = 32
const TRIES = 6
const RESIGNS = 3

export interface Sending {
  file: Blob
  /** What the file was begun as before, if it was. */
  target: string | null
  net: Net
  signal: AbortSignal
  onTarget: (target: string) => void
  onSent: (bytes: number) => void
}

/** Send a file, or what is missing of it. Raises: ApiError, BucketError, FileChanged; the signal's reason if aborted. */
export async function send(sending: Sending): Promise<void> {
  const { net, target } = sending
  let begun = target !== null
  let asked: Asked
  try {
    asked = await patiently(sending, () => (target === null ? net.ask() : net.renew(target)))
  } catch (error) {
    if (code(error) === 'already_uploaded') return
    if (code(error) !== 'unknown_clip' && code(error) !== 'unknown_asset') throw error
    begun = false // it was deleted meanwhile, and somebody gives the file again
    asked = await patiently(sending, () => net.ask())
  }
  sending.onTarget(asked.target)
  for (let gone = 0; ; gone += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- a second time only if the first was in vain
      await (asked.upload.kind === 'multipart' ? sendParts(sending, asked, begun) : sendWhole(sending, asked))
      return
    } catch (error) {
      if (code(error) === 'already_uploaded') return
      if (gone > 0 || !(code(error) === 'upload_gone' || (error instanceof BucketError && error.status === 404))) throw error
      const { target: same } = asked
      // oxlint-disable-next-line no-await-in-loop
      asked = await patiently(sending, () => net.renew(same))
      begun = true
    }
  }
}

async function sendWhole(sending: Sending, { target, upload }: Asked): Promise<void> {
  const renew = async (): Promise<Request> => {
    const again = await patiently(sending, () => sending.net.renew(target))
    return (again.upload as Schemas['SingleUpload']).request
  }
  await put(sending, (upload as Schemas['SingleUpload']).request, sending.file, sending.onSent, renew)
}

async function sendParts(whole: Sending, { target, upload }: Asked, begun: boolean): Promise<void> {
  const { file, net, onSent } = whole
  const failed = new AbortController() // one part that fails ends the others
  const sending = { ...whole, signal: AbortSignal.any([whole.signal, failed.signal]) }
  const { part_bytes: step, parts_total: total, parts } = upload as Schemas['MultipartUpload']
  const etags = begun ? await patiently(sending, () => net.arrived(target)) : new Map<number, string>()
  const missing = Array.from({ length: total }, (_, index) => index + 1).filter((number) => !etags.has(number))
  const request = signer(sending, target, missing, parts)
  const moving = new Map<number, number>()
  let arrived = [...etags.keys()].reduce((sum, number) => sum + Math.min(step, file.size - (number - 1) * step), 0)
  const tell = (): void => onSent([...moving.values()].reduce((sum, bytes) => sum + bytes, arrived))
  tell()

  const turns = missing.values()
  const work = async (): Promise<void> => {
    for (const number of turns) {
      const slice = file.slice((number - 1) * step, number * step)
      const sent = (bytes: number): void => {
        moving.set(number, bytes)
        tell()
      }
      // oxlint-disable-next-line no-await-in-loop -- several of these run side by side
      const etag = await put(sending, await request(number), slice, sent, () => request(number, true))
      etags.set(number, etag)
      moving.delete(number)
      arrived += slice.size
      tell()
    }
  }
  try {
    await Promise.all(Array.from({ length: PARTS_AT_ONCE }, work))
  } finally {
    failed.abort()
  }
  const all = [...etags].sort(([a], [b]) => a - b).map(([number, etag]) => ({ number, etag }))
  await patiently(whole, () => net.complete(target, all))
}

/** Gives the request of a part: those that came with the answer, then others as their turn comes, many at a time. */
function signer(sending: Sending, target: string, missing: readonly number[], first: Parts) {
  const known = new Map<number, Promise<Request>>(first.map((part) => [part.number, Promise.resolve(part.request)]))
  const sign = (numbers: number[]): Promise<Parts> => patiently(sending, () => sending.net.sign(target, numbers))
  const found = (parts: Parts, number: number): Request => {
    const part = parts.find((one) => one.number === number)
    if (part === undefined) throw new BucketError(403)
    return part.request
  }
  return async (number: number, fresh = false): Promise<Request> => {
    if (fresh) return found(await sign([number]), number)
    if (!known.has(number)) {
      const portion = missing.filter((one) => one >= number && !known.has(one)).slice(0, PARTS_SIGNED)
      const signed = sign(portion)
      for (const one of portion) known.set(one, signed.then((parts) => found(parts, one)))
    }
    return known.get(number) as Promise<Request>
  }
}

/** Send bytes by a request; by a fresh one if its time is over. */
async function put(
  sending: Sending,
  request: Request,
  body: Blob,
  sent: (bytes: number) => void,
  again: () => Promise<Request>,
): Promise<string> {
  const { net, signal } = sending
  let signed = request
  for (let signs = 0; ; signs += 1) {
    const now = signed
    try {
      // oxlint-disable-next-line no-await-in-loop
      return await patiently(sending, () => net.put(now, body, sent, signal))
    } catch (error) {
      if (error instanceof BucketError && error.status === 412) return '' // what is there is this file
      if (!(error instanceof BucketError && error.status === 403) || signs >= RESIGNS) throw error
      // oxlint-disable-next-line no-await-in-loop
      signed = await again()
    }
  }
}

/** Try again what passes: the network, our own side, too many at a time. */
async function patiently<T>({ net, signal }: Sending, work: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    signal.throwIfAborted()
    try {
      // oxlint-disable-next-line no-await-in-loop
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      const ms = pauseMs(error, failures)
      if (ms === null) throw error
      // oxlint-disable-next-line no-await-in-loop
      await net.rest(ms, signal)
    }
  }
}

/** How long to wait after so many failures: 1, 2, 4, 8 s, a quarter more or less; null if trying again is in vain. */
export function pauseMs(error: unknown, failures: number, random = Math.random()): number | null {
  if (failures + 1 >= TRIES) return null
  const own = Math.min(1000 * 2 ** failures, 8000) * (0.75 + random / 2)
  if (error instanceof ApiError) {
    if (error.status === 429 || error.passes) return error.retryAfterS === null ? own : error.retryAfterS * 1000
    return null
  }
  return error instanceof BucketError && (error.status === 0 || error.status >= 500 || error.status === 429) ? own : null
}

function code(error: unknown): string | null {
  return error instanceof ApiError ? error.code : null
}
