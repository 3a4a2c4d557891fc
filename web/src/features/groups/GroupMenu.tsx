import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Menu.layer.css'
import { Menu } from '@mantine/core'
import IconDots from '@tabler/icons-react/dist/esm/icons/IconDots.mjs'
import type { RefObject } from 'react'
import type { Group } from '../../api/library'
import { useText } from '../../i18n/useText'
import { GROUP_COLORS, groupColor } from '../../kit/groupColor'
import css from './board.module.css'
import { useGroupActs } from './useGroupActs'

const NAMES = ['red', 'blue', 'green', 'violet', 'yellow', 'teal'] as const

interface GroupMenuProps {
  project: string
  group: Group
  /** How many groups there are. */
  last: number
  opener: RefObject<HTMLButtonElement | null>
  onName: () => void
}

/** What can be done to a group. */
export function GroupMenu({ project, group, last, opener, onName }: GroupMenuProps) {
  const text = useText()
  const { paint, shift, remove } = useGroupActs(project, group)
  const { name, position } = group
  return (
    <Menu position="bottom-end" withinPortal returnFocus>
      <Menu.Target>
        <button ref={opener} type="button" className={css['more']} aria-label={text('groups.more', { name })}>
          <IconDots size={18} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onName}>{text('groups.rename')}</Menu.Item>
        <Menu.Item disabled={position <= 1} onClick={() => shift(-1)}>
          {text('groups.earlier')}
        </Menu.Item>
        <Menu.Item disabled={position >= last} onClick={() => shift(1)}>
          {text('groups.later')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{text('groups.color')}</Menu.Label>
        {GROUP_COLORS.map((color, index) => (
          <Menu.Item
            key={color}
            leftSection={<i className={css['dot']} style={{ background: color }} />}
            aria-current={color === groupColor(group)}
            onClick={() => paint(color)}
          >
            {text(`groups.colors.${NAMES[index]}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={remove}>{text('groups.delete')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
