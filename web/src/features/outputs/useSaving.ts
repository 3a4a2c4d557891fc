import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { keys } from '../../api/keys'
import { useText } from '../../i18n/useText'
import { announce } from '../../kit/announce'
import { failed } from '../../kit/failed'
import { usePoll } from '../../live/leader'
import { type Bundle, bundleQuery, linkQuery, makeBundle } from './queries'
import { saveFrom } from './save'

export interface Saving {
  /** The archive that is being packed, or just was. */
  bundle: Bundle | null
  busy: boolean
  /** One video, several, or all that are finished (null). */
  save: (numbers: readonly number[] | null) => void
  dismiss: () => void
}

/** Saving videos: one from its link, more as an archive that is saved as soon as it is packed. */
export function useSaving(generation: string): Saving {
  const text = useText()
  const client = useQueryClient()
  const poll = usePoll(1500)
  const [made, setMade] = useState<string | null>(null)
  const saved = useRef<string | null>(null)
  const { data } = useQuery({
    ...bundleQuery(made ?? ''),
    enabled: made !== null,
    refetchInterval: ({ state }) => (state.data?.state === 'making' ? poll : false),
  })
  const pack = useMutation({
    mutationFn: ({ numbers, key }: { numbers: readonly number[] | null; key: string }) => makeBundle(generation, numbers, key),
    onSuccess: (bundle) => {
      client.setQueryData(keys.bundle(bundle.id), bundle)
      setMade(bundle.id)
      announce(text('outputs.packing'))
    },
    onError: failed,
  })
  const one = useMutation({
    mutationFn: (n: number) => client.fetchQuery(linkQuery(generation, n)),
    onSuccess: ({ url, file_name: name }) => saveFrom(url, name),
    onError: failed,
  })
  const bundle = made !== null && data ? data : null
  useEffect(() => {
    if (bundle?.state !== 'ready' || saved.current === bundle.id) return
    saved.current = bundle.id
    announce(text('outputs.packed'))
    for (const { url, file_name: name } of bundle.volumes) if (url) saveFrom(url, name)
  }, [bundle, text])
  return {
    bundle,
    busy: pack.isPending || one.isPending || bundle?.state === 'making',
    save(numbers) {
      const [n] = numbers ?? []
      if (numbers?.length === 1 && n !== undefined) one.mutate(n)
      else pack.mutate({ numbers, key: crypto.randomUUID() })
    },
    dismiss: () => setMade(null),
  }
}
