import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'
import { appsQuery } from '../../api/queries'
import { useText } from '../../i18n/useText'
import { attempt } from '../../kit/attempt'
import { failed } from '../../kit/failed'

/** The shortest way to see what Medley does: a project with the clips of the welcome page, which is there at once. */
export function WithSamples() {
  const text = useText()
  const client = useQueryClient()
  const navigate = useNavigate()
  const making = useMutation({
    mutationFn: async () => {
      const [{ items }, { bringSamples, sampleFiles }] = await Promise.all([client.ensureQueryData(appsQuery), import('../groups/index')])
      const app = items.find(({ unavailable }) => unavailable === null)
      if (app === undefined) throw new Error('No app can be used.')
      const files = await sampleFiles()
      const project = await must(api.POST('/v1/projects', { body: { app: app.id, name: text('home.sample-project') } }))
      client.setQueryData(keys.project(project.id), project)
      attempt(bringSamples(client, project.id, files, text))
      return project.id
    },
    onSuccess: async (projectId) => {
      void client.invalidateQueries({ queryKey: keys.projects })
      await navigate({ to: '/projects/$projectId', params: { projectId } })
    },
    onError: failed,
  })
  return (
    <Button size="lg" loading={making.isPending} onClick={() => making.mutate()}>
      {text('home.with-samples')}
    </Button>
  )
}
