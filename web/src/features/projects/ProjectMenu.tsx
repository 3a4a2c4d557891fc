import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Menu.layer.css'
import { Button, Menu } from '@mantine/core'
import IconDots from '@tabler/icons-react/dist/esm/icons/IconDots.mjs'
import { useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import { useText } from '../../i18n/useText'
import { attempt } from '../../kit/attempt'
import { toast } from '../../kit/toasts'
import { type Project, useProjectChanges } from './queries'

/** What can be done to a project as a whole. What ends something can be undone. */
export function ProjectMenu({ project, rename }: { project: Project; rename: () => void }) {
  const text = useText()
  const navigate = useNavigate()
  const { change, remove, restore, duplicate } = useProjectChanges(project.id)
  const archived = project.archived_at !== null
  const { name } = project
  const renaming = useRef(false) // once the menu has closed: until then the focus goes back to its button
  const onCopy = (): void =>
    attempt(duplicate.mutateAsync(text('projects.copy-of', { name })), ({ id }) => {
      void navigate({ to: '/projects/$projectId', params: { projectId: id } })
    })
  const onArchive = (): void =>
    attempt(change.mutateAsync({ archived: !archived }), () => {
      const undo = { label: text('kit.undo'), run: () => attempt(change.mutateAsync({ archived })) }
      toast({ text: text(archived ? 'projects.unarchived' : 'projects.archived', { name }), act: undo })
    })
  const onDelete = (): void =>
    attempt(remove.mutateAsync(), () => {
      const undo = { label: text('kit.undo'), run: () => attempt(restore.mutateAsync()) }
      toast({ text: text('projects.deleted', { name }), act: undo })
      void navigate({ to: '/projects' })
    })
  const onClosed = (): void => {
    if (renaming.current) rename()
    renaming.current = false
  }
  return (
    <Menu position="bottom-end" withinPortal returnFocus onExitTransitionEnd={onClosed}>
      <Menu.Target>
        <Button variant="default" px={12} aria-label={text('projects.acts')}>
          <IconDots size={20} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => (renaming.current = true)}>{text('projects.rename')}</Menu.Item>
        <Menu.Item onClick={onCopy}>{text('projects.duplicate')}</Menu.Item>
        <Menu.Item onClick={onArchive}>{text(archived ? 'projects.unarchive' : 'projects.archive')}</Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={onDelete}>{text('projects.delete')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
