import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Menu.layer.css'
import { Button, Menu } from '@mantine/core'
import IconDots from '@tabler/icons-react/dist/esm/icons/IconDots.mjs'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useText } from '../../i18n/useText'
import { failed } from '../../kit/failed'
import { saveFile } from '../../kit/saveFile'
import { Dialog, Naming } from '../outputs/index'
import css from './generation.module.css'
import { type Generation, manifestCsv, manifestJson } from './queries'

interface ActsProps {
  generation: Generation
  /** Its project's name; empty where it is not known. */
  name: string
  /** How many more videos are offered. */
  more: number
}

/** What can be made of an order besides its videos: the same again, more, their list, names. A phone folds them up. */
export function Acts({ generation, name, more }: ActsProps) {
  const text = useText()
  const [naming, setNaming] = useState(false)
  const { id, project_id: project, planned } = generation
  const to = `/projects/${project}/mix` as string
  const again = { from: id } as never
  const further = { from: id, more } as never
  const save = (list: Promise<string>, ending: string, type: string): void =>
    void list.then((content) => saveFile(`${text('generations.list-name')}.${ending}`, type, content), failed)
  return (
    <>
      <Menu position="bottom-end" withinPortal returnFocus>
        <Menu.Target>
          <Button variant="default" px={12} aria-label={text('generations.acts')}>
            <IconDots size={20} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item component={Link} to={to} search={again} className={css['folded'] ?? ''}>
            {text('generations.again')}
          </Menu.Item>
          <Menu.Item disabled={!planned} onClick={() => save(manifestCsv(id), 'csv', 'text/csv;charset=utf-8')}>
            {text('generations.manifest')}
          </Menu.Item>
          <Menu.Item disabled={!planned} onClick={() => save(manifestJson(id), 'json', 'application/json')}>
            {text('generations.manifest-json')}
          </Menu.Item>
          <Menu.Item disabled={!planned} onClick={() => setNaming(true)}>
            {text('generations.naming')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button variant="default" component={Link} to={to} search={again} className={css['unfolded'] ?? ''}>
        {text('generations.again')}
      </Button>
      <Button variant="default" component={Link} to={to} search={further}>
        {text('generations.more', { count: more })}
      </Button>
      {naming && (
        <Dialog label={text('generations.naming')} onClose={() => setNaming(false)}>
          <Naming generation={generation} project={name} onDone={() => setNaming(false)} />
        </Dialog>
      )}
    </>
  )
}
