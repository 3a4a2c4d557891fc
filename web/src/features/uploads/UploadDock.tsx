import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { keys } from '../../api/keys'
import { useSession } from '../../api/session'
import { useText } from '../../i18n/useText'
import { announce } from '../../kit/announce'
import { uploads, useUploads } from './browser'
import { type Item, milestone, totals } from './queue'
import { UploadPanel } from './UploadPanel'

const ASK_AGAIN_MS = 250

/** Follows the uploads wherever in the app one is: says how far they are, and shows them while there are any. */
export function UploadDock() {
  const text = useText()
  const client = useQueryClient()
  const session = useSession()
  const items = useUploads()
  const user = session.kind === 'in' ? session.user.id : ''
  useEffect(() => {
    if (session.kind !== 'unknown') void uploads.belong(user)
  }, [session.kind, user])
  useEffect(
    () =>
      uploads.subscribe((before) => {
        const after = uploads.items()
        const reached = milestone(before, after)
        const { files, sent, failed } = totals(after)
        if (reached) announce(text(`uploads.said.${reached}`, { files, sent, failed }))
      }),
    [text],
  )
  useEffect(() => {
    const stale = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const end = uploads.subscribe((before) => {
      for (const { kind, project } of newlyAsked(before, uploads.items()))
        stale.add(JSON.stringify(kind === 'clip' ? keys.clips(project) : keys.assets(project)))
      if (stale.size === 0) return
      clearTimeout(timer)
      timer = setTimeout(() => {
        for (const key of stale) void client.invalidateQueries({ queryKey: JSON.parse(key) })
        stale.clear()
      }, ASK_AGAIN_MS)
    })
    return () => {
      clearTimeout(timer)
      end()
    }
  }, [client])
  const projects = useMemo(() => [...new Set(items.map(({ project }) => project))], [items])
  return items.length > 0 ? <UploadPanel items={items} projects={projects} /> : null
}

/** Files that have just got a clip or asset, or have just been sent. */
function newlyAsked(before: readonly Item[], after: readonly Item[]): Item[] {
  const was = new Map(before.map((item) => [item.key, item]))
  return after.filter((item) => {
    const old = was.get(item.key)
    return item.target !== (old?.target ?? null) || (item.phase === 'sent' && old?.phase !== 'sent')
  })
}
