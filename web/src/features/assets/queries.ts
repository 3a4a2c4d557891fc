/** Assets: what is asked of the API about a project's sounds and pictures, and what is done to them. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'
import { type Asset, assetsQuery } from '../../api/library'
import { LINKS_MS } from '../../api/links'
import { usePoll } from '../../live/leader'

export function useAssets(project: string) {
  const poll = usePoll()
  return useQuery({
    ...assetsQuery(project),
    refetchInterval: ({ state }) => (state.data?.some((asset) => asset.state === 'expected') ? poll : LINKS_MS),
  })
}

export function useAssetChanges(project: string) {
  const client = useQueryClient()
  const key = keys.assets(project)
  const settled = { onSettled: () => void client.invalidateQueries({ queryKey: key }) }
  return {
    remove: useMutation({
      mutationFn: (id: string) => must(api.DELETE('/v1/assets/{asset_id}', { params: { path: { asset_id: id } } })),
      async onMutate(id) {
        await client.cancelQueries({ queryKey: key })
        client.setQueryData<Asset[]>(key, (old) => old?.filter((asset) => asset.id !== id))
      },
      ...settled,
    }),
    restore: useMutation({
      mutationFn: (id: string) => {
        const params = { path: { project_id: project, asset_id: id } }
        return must(api.POST('/v1/projects/{project_id}/assets/{asset_id}/restore', { params }))
      },
      ...settled,
    }),
  }
}
