import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Menu.layer.css'
import { Button, Menu } from '@mantine/core'
import IconDots from '@tabler/icons-react/dist/esm/icons/IconDots.mjs'
import { Link } from '@tanstack/react-router'
import { useText } from '../../i18n/useText'
import { failed } from '../../kit/failed'
import { saveFile } from '../../kit/saveFile'
import css from './generation.module.css'
import { manifestCsv } from './queries'

interface ActsProps {
  id: string
  project: string
  planned: boolean
  /** How many more videos are offered. */
  more: number
}

/** What can be made of an order besides its videos: the same again, more of them, their list. A phone folds them up. */
export function Acts({ id, project, planned, more }: ActsProps) {
  const text = useText()
  const to = `/projects/${project}/mix` as string
  const again = { from: id } as never
  const further = { from: id, more } as never
  const save = (): void =>
    void manifestCsv(id).then((csv) => saveFile(text('generations.manifest-name'), 'text/csv;charset=utf-8', csv), failed)
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
          <Menu.Item disabled={!planned} onClick={save}>
            {text('generations.manifest')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button variant="default" component={Link} to={to} search={again} className={css['unfolded'] ?? ''}>
        {text('generations.again')}
      </Button>
      <Button variant="default" component={Link} to={to} search={further}>
        {text('generations.more', { count: more })}
      </Button>
    </>
  )
}
