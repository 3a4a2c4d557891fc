import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Menu.layer.css'
import { Menu } from '@mantine/core'
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs'
import type { Group } from '../../api/library'
import { number } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { floatingBar } from '../../kit/footBar'
import { groupColor } from '../../kit/groupColor'
import css from './bar.module.css'
import marks from './board.module.css'
import type { useBoard } from './useBoard'

interface SelectionBarProps {
  board: ReturnType<typeof useBoard>
  groups: readonly Group[]
  make: (ids: readonly string[]) => void
}

/** What can be done to the clips that are selected. */
export function SelectionBar({ board, groups, make }: SelectionBarProps) {
  const text = useText()
  const ids = board.chosen.flatMap(({ clip }) => (clip ? [clip.id] : []))
  if (ids.length === 0) return null
  return (
    <div ref={floatingBar} className={css['bar']} role="region" aria-label={text('groups.selection')}>
      <b aria-live="polite">{text('groups.chosen', { count: ids.length })}</b>
      <Menu position="top" withinPortal returnFocus>
        <Menu.Target>
          <button type="button">{text('groups.move-to')}</button>
        </Menu.Target>
        <Menu.Dropdown>
          {groups.map((group) => (
            <Menu.Item
              key={group.id}
              leftSection={<i className={marks['dot']} style={{ background: groupColor(group) }} />}
              rightSection={group.position <= 9 && <kbd className={marks['key']}>{number(group.position)}</kbd>}
              onClick={() => board.move(ids, group.id)}
            >
              {group.name}
            </Menu.Item>
          ))}
          <Menu.Item rightSection={<kbd className={marks['key']}>0</kbd>} onClick={() => board.move(ids, null)}>
            {text('groups.to-none')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item
            onClick={() => {
              make(ids)
              board.clear()
            }}
          >
            {text('groups.to-new')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <button type="button" onClick={() => board.drop(ids)}>
        {text('groups.delete')}
      </button>
      <button type="button" className={css['x']} aria-label={text('groups.clear')} onClick={board.clear}>
        <IconX size={18} aria-hidden />
      </button>
    </div>
  )
}
