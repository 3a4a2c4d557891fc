import { useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { assetsQuery, clipsQuery } from '../../api/library'
import { useText } from '../../i18n/useText'
import { toast } from '../../kit/toasts'
import { uploads } from './browser'
import css from './panel.module.css'
import type { Item } from './queue'
import type { Choice } from './uploads'

type Readable = FileSystemFileHandle & { requestPermission?: (what: { mode: 'read' }) => Promise<string> }

/** Files that were begun before this page was loaded: one click where the browser kept the way to them, else chosen again. */
export function GiveAgain({ items }: { items: readonly Item[] }) {
  const text = useText()
  const client = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const missing = items.filter(({ phase }) => phase === 'missing')

  const give = async (found: { item: Item; choice: Choice }[]): Promise<void> => {
    if (found.length < missing.length) toast({ text: text('uploads.still-missing', { count: missing.length - found.length }) })
    for (const { item, choice } of found) {
      const query = item.kind === 'clip' ? clipsQuery(item.project) : assetsQuery(item.project)
      uploads.add(item.project, [choice], client.getQueryData<never[]>(query.queryKey) ?? [])
    }
  }
  const goOn = async (): Promise<void> => {
    const found = await Promise.all(missing.map(async (item) => ({ item, choice: await fromHandle(item) })))
    const there = found.flatMap(({ item, choice }) => (choice ? [{ item, choice }] : []))
    if (there.length > 0) await give(there)
    else input.current?.click()
  }
  return (
    <>
      <button type="button" className={css['act']} onClick={() => void goOn()}>
        {text('uploads.give-again', { count: missing.length })}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={text('uploads.give-again', { count: missing.length })}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])]
          event.currentTarget.value = ''
          void give(missing.flatMap((item) => {
            const file = files.find((one) => one.name === item.name && one.size === item.size && one.lastModified === item.modified)
            return file ? [{ item, choice: { file, kind: item.kind } }] : []
          }))
        }}
      />
    </>
  )
}

async function fromHandle({ key, kind, size, modified }: Item): Promise<Choice | null> {
  const handle = uploads.handle(key) as Readable | undefined
  if (handle === undefined) return null
  try {
    if ((await handle.requestPermission?.({ mode: 'read' })) !== 'granted') return null
    const file = await handle.getFile()
    return file.size === size && file.lastModified === modified ? { file, kind, handle } : null
  } catch {
    return null // it was moved or deleted
  }
}
