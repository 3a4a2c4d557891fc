/** The uploads of this page, at work in this browser. */
import { useSyncExternalStore } from 'react'
import { api, must } from '../../api/client'
import { netFor } from './net'
import { holdsBytes, type Item } from './queue'
import { forget, holdTab, keep, left } from './records'
import { createUploads } from './uploads'

const tab = crypto.randomUUID()
holdTab(tab)

export const uploads = createUploads({ tab, net: netFor, keep, forget, left, remove })

export function useUploads(): readonly Item[] {
  return useSyncExternalStore(uploads.subscribe, uploads.items)
}

/** Ask before the page is left, while there are bytes that are nowhere else yet. */
uploads.subscribe(() => {
  if (holdsBytes(uploads.items())) addEventListener('beforeunload', warn)
  else removeEventListener('beforeunload', warn)
})

function warn(event: BeforeUnloadEvent): void {
  event.preventDefault()
}

async function remove({ kind, target }: Item): Promise<void> {
  if (target === null) return
  const query = { forever: true }
  const asked =
    kind === 'clip'
      ? must(api.DELETE('/v1/clips/{clip_id}', { params: { path: { clip_id: target }, query } }))
      : must(api.DELETE('/v1/assets/{asset_id}', { params: { path: { asset_id: target }, query } }))
  await asked.catch(() => undefined) // it is gone already, or will be when nothing comes
}
