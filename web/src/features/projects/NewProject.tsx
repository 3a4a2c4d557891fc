import { Button, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'
import { appsQuery } from '../../api/queries'
import { useText } from '../../i18n/useText'
import { useSubmit } from '../../kit/useSubmit'
import { Back, Page } from '../../shell/Page'
import css from './projects.module.css'

const route = getRouteApi('/app/projects/new')

/** Names a new project; which app it is of is asked only where there is a choice. */
export function NewProject() {
  const text = useText()
  const navigate = useNavigate()
  const client = useQueryClient()
  const { app: asked } = route.useSearch()
  const { data } = useQuery(appsQuery)
  const apps = data?.items.filter((app) => app.unavailable === null) ?? []
  const [picked, setPicked] = useState(asked)
  const app = apps.find((one) => one.id === picked) ?? apps[0]
  const form = useSubmit(async ({ name = '' }) => {
    if (app === undefined) return
    const project = await must(api.POST('/v1/projects', { body: { app: app.id, name } }))
    client.setQueryData(keys.project(project.id), project)
    void client.invalidateQueries({ queryKey: keys.projects })
    await navigate({ to: '/projects/$projectId', params: { projectId: project.id }, replace: true })
  })
  return (
    <Page title={text('projects.new')} above={<Back to="/projects">{text('projects.title')}</Back>}>
      <form className={`${css['form']} card`} onSubmit={form.onSubmit} noValidate>
        {apps.length > 1 && (
          <fieldset className={css['apps']}>
            <legend>{text('projects.app')}</legend>
            {apps.map((one) => (
              <label key={one.id}>
                <input type="radio" name="app" checked={one.id === app?.id} onChange={() => setPicked(one.id)} />
                <span>
                  <b>{one.name}</b>
                  <small>{one.description}</small>
                </span>
              </label>
            ))}
          </fieldset>
        )}
        <TextInput
          name="name"
          autoFocus
          autoComplete="off"
          label={text('projects.name')}
          description={text('projects.name-hint')}
          error={form.fault('name')}
        />
        <div role="alert">{form.problem && <p className={css['problem']}>{form.problem}</p>}</div>
        <Button type="submit" loading={form.busy} disabled={app === undefined}>
          {text('projects.make')}
        </Button>
      </form>
    </Page>
  )
}
