import { Button, TextInput } from '@mantine/core'
import { explain } from '../../api/sentences'
import { useText } from '../../i18n/useText'
import css from './projects.module.css'
import { type Project, useProjectChanges } from './queries'

/** A project's name, being written. */
export function RenameProject({ project, done }: { project: Project; done: () => void }) {
  const text = useText()
  const { change } = useProjectChanges(project.id)
  return (
    <form
      className={css['rename']}
      onSubmit={(event) => {
        event.preventDefault()
        const name = String(new FormData(event.currentTarget).get('name')).trim()
        if (name === project.name) return done()
        change.mutate({ name }, { onSuccess: done })
      }}
    >
      <TextInput
        name="name"
        autoFocus
        autoComplete="off"
        aria-label={text('projects.name')}
        defaultValue={project.name}
        error={change.error && explain(change.error)}
        onFocus={(event) => event.currentTarget.select()}
        onKeyDown={(event) => event.key === 'Escape' && done()}
      />
      <Button type="submit" loading={change.isPending}>
        {text('projects.save')}
      </Button>
    </form>
  )
}
