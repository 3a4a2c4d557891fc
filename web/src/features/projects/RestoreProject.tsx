import { Button } from '@mantine/core'
import { day } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { attempt } from '../../kit/attempt'
import { toast } from '../../kit/toasts'
import { type Project, useProjectChanges } from './queries'

/** Brings a deleted project back while that can be done, and says until when. */
export function RestoreProject({ project }: { project: Project }) {
  const text = useText()
  const { restore } = useProjectChanges(project.id)
  const { name, restorable_until: until } = project
  if (until === null) return null
  const onRestore = (): void => attempt(restore.mutateAsync(), () => toast({ text: text('projects.restored', { name }) }))
  return (
    <>
      <span className="tiny">{text('projects.until', { day: day(until) })}</span>
      <Button variant="default" size="sm" loading={restore.isPending} onClick={onRestore}>
        {text('projects.restore')}
      </Button>
    </>
  )
}
