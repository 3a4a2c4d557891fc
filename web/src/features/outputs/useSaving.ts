import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { keys } from '../../api/keys'
import { useText } from '../../i18n/useText'
import { announce } from '../../kit/announce'
import { failed } from '../../kit/failed'
import { saveFrom } from '../../kit/saveFile'
import { usePoll } from '../../live/leader'
import { type Bundle, shownOf } from './bundles'
import { bundleQuery, bundlesQuery, deleteBundle, linkQuery, makeBundle } from './queries'

export interface Saving {
  /** Archives that are being packed, or can be saved. */
  bundles: readonly Bundle[]
  busy: boolean
  /** One video, several, or all that are finished (null). */
  save: (numbers: readonly number[] | null) => void
  /** A volume of an archive, once more. */
  saveAgain: (bundle: string, volume: number) => void
  /** Delete an archive; one that is being packed is called off. */
  remove: (bundle: string) => void
}

const NONE: readonly Bundle[] = []

/** Saving videos: one from its link, more as an archive, which is saved as soon as it is packed if it was asked for here. */
export function useSaving(generation: string): Saving {
  const text = useText()
  const client = useQueryClient()
  const poll = usePoll(1500)
  const [here, setHere] = useState<ReadonlySet<string>>(new Set())
  const saved = useRef(new Set<string>())
  const query = bundlesQuery(generation)
  const { data: bundles = NONE } = useQuery({
    ...query,
    refetchInterval: ({ state }) => (state.data?.some((one) => one.state === 'making') ? poll : false),
  })
  const pack = useMutation({
    mutationFn: ({ numbers, key }: { numbers: readonly number[] | null; key: string }) => makeBundle(generation, numbers, key),
    onSuccess: (bundle) => {
      setHere((old) => new Set(old).add(bundle.id))
      client.setQueryData(query.queryKey, (old = []) => [bundle, ...old.filter(({ id }) => id !== bundle.id)])
      void client.invalidateQueries({ queryKey: query.queryKey })
      announce(text('outputs.packing'))
    },
    onError: failed,
  })
  const one = useMutation({
    mutationFn: (n: number) => client.fetchQuery(linkQuery(generation, n)),
    onSuccess: ({ url, file_name: name }) => saveFrom(url, name),
    onError: failed,
  })
  const again = useMutation({
    mutationFn: async ({ bundle, volume }: { bundle: string; volume: number }) => {
      const { volumes } = await client.fetchQuery(bundleQuery(bundle)) // the link on the screen may have ended
      return volumes.find(({ n }) => n === volume)
    },
    onSuccess: (volume) => volume?.url && saveFrom(volume.url, volume.file_name),
    onError: failed,
    onSettled: () => client.invalidateQueries({ queryKey: query.queryKey }),
  })
  const remove = useMutation({
    mutationFn: deleteBundle,
    onError: failed,
    onSettled: () => client.invalidateQueries({ queryKey: keys.bundles }),
  })
  useEffect(() => {
    for (const { id, state, volumes } of bundles) {
      if (state !== 'ready' || !here.has(id) || saved.current.has(id)) continue
      saved.current.add(id)
      announce(text('outputs.packed'))
      for (const { url, file_name: name } of volumes) if (url) saveFrom(url, name)
    }
  }, [bundles, here, text])
  return {
    bundles: useMemo(() => shownOf(bundles, here), [bundles, here]),
    busy: pack.isPending || one.isPending || bundles.some(({ id, state }) => state === 'making' && here.has(id)),
    save(numbers) {
      const [n] = numbers ?? []
      if (numbers?.length === 1 && n !== undefined) one.mutate(n)
      else pack.mutate({ numbers, key: crypto.randomUUID() })
    },
    saveAgain: (bundle, volume) => again.mutate({ bundle, volume }),
    remove: remove.mutate,
  }
}
