import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { type Asset, assetsQuery, type Clip, clipsQuery } from '../../api/library'
import { usePoll } from '../../live/leader'
import type { Item } from './queue'

/** The clips and assets of several projects by id, as far as files on their way became some. */
export function useLibraries(projects: readonly string[], items: readonly Item[]): ReadonlyMap<string, Clip | Asset> {
  const poll = usePoll()
  const sounds = new Set(items.filter(({ kind }) => kind !== 'clip').map(({ project }) => project))
  const clips = useQueries({
    queries: projects.map((project) => ({ ...clipsQuery(project), refetchInterval: poll })),
    combine: (answers) => answers.map(({ data }) => data),
  })
  const assets = useQueries({
    queries: [...sounds].map((project) => ({ ...assetsQuery(project), refetchInterval: poll })),
    combine: (answers) => answers.map(({ data }) => data),
  })
  return useMemo(
    () => new Map([...clips, ...assets].flatMap((list) => (list ?? []).map((one) => [one.id, one] as const))),
    [clips, assets],
  )
}
