/** The network of uploads: the API for what is asked, the bucket for bytes, and this browser's clock and connection. */
import { api, must } from '../../api/client'
import type { components } from '../../api/schema'
import { contentType, type Named } from './matching'
import type { Item } from './queue'
import { type Asked, BucketError, FileChanged, type Net } from './send'

type Schemas = components['schemas']

export function netFor({ kind, project, name, size }: Item, file: Named): Net {
  const path = { project_id: project }
  const body = { name, size_bytes: size, content_type: contentType(kind, file) }
  return {
    async ask() {
      if (kind === 'clip') return ofClip(await must(api.POST('/v1/projects/{project_id}/clips', { params: { path }, body })))
      return ofAsset(await must(api.POST('/v1/projects/{project_id}/assets', { params: { path }, body: { ...body, kind } })))
    },
    async renew(id) {
      if (kind === 'clip') return ofClip(await must(api.POST('/v1/clips/{clip_id}/upload', { params: { path: { clip_id: id } } })))
      return ofAsset(await must(api.POST('/v1/assets/{asset_id}/upload', { params: { path: { asset_id: id } } })))
    },
    arrived,
    async sign(id, numbers) {
      const params = { path: { clip_id: id } }
      return (await must(api.POST('/v1/clips/{clip_id}/parts', { params, body: { numbers } }))).parts
    },
    async complete(id, parts) {
      await must(api.POST('/v1/clips/{clip_id}/complete', { params: { path: { clip_id: id } }, body: { parts } }))
    },
    put,
    rest,
  }
}

function ofClip({ clip, upload }: Schemas['ExpectedClip']): Asked {
  return { target: clip.id, upload }
}

function ofAsset({ asset, upload }: Schemas['ExpectedAsset']): Asked {
  return { target: asset.id, upload }
}

async function arrived(id: string): Promise<Map<number, string>> {
  const etags = new Map<number, string>()
  let cursor: string | null = null
  do {
    const params: { path: { clip_id: string }; query?: { cursor: string } } = { path: { clip_id: id } }
    if (cursor !== null) params.query = { cursor }
    // oxlint-disable-next-line no-await-in-loop -- a page says where the next one begins
    const page: Schemas['ArrivedParts'] = await must(api.GET('/v1/clips/{clip_id}/parts', { params }))
    for (const part of page.items) etags.set(part.number, part.etag)
    cursor = page.next
  } while (cursor !== null)
  return etags
}

/** By XMLHttpRequest: fetch does not say how much of a body has left. */
function put(
  { method, url, headers }: Schemas['Request'],
  body: Blob,
  sent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest()
    const stop = (): void => request.abort()
    const end = (): void => signal.removeEventListener('abort', stop)
    signal.addEventListener('abort', stop)
    request.upload.addEventListener('progress', (event) => sent(event.loaded))
    request.addEventListener('load', () => {
      end()
      if (request.status >= 200 && request.status < 300) done(request.getResponseHeader('etag') ?? '')
      else failed(new BucketError(request.status))
    })
    request.addEventListener('error', () => {
      end()
      void readable(body).then((can) => failed(can ? new BucketError(0) : new FileChanged()))
    })
    request.addEventListener('abort', () => {
      end()
      failed(signal.reason)
    })
    request.open(method, url)
    for (const [name, value] of Object.entries(headers))
      if (name.toLowerCase() !== 'content-length') request.setRequestHeader(name, value) // the browser says that itself
    request.send(body)
  })
}

async function readable(body: Blob): Promise<boolean> {
  return body.slice(0, 1).arrayBuffer().then(
    () => true,
    () => false,
  )
}

function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((done, failed) => {
    const end = new AbortController()
    const stop = (): void => {
      end.abort()
      failed(signal.reason)
    }
    signal.addEventListener('abort', stop, { signal: end.signal })
    const rested = (): void => {
      if (!navigator.onLine) return // goes on when there is a network again
      end.abort()
      done()
    }
    setTimeout(rested, ms)
    addEventListener('online', rested, { signal: end.signal })
  })
}
