import '@mantine/core/styles/Popover.layer.css'
import '@mantine/core/styles/Menu.layer.css'
import { Menu } from '@mantine/core'
import IconDots from '@tabler/icons-react/dist/esm/icons/IconDots.mjs'
import { useRef, useState } from 'react'
import type { Group } from '../../api/library'
import { useText } from '../../i18n/useText'
import { GROUP_COLORS, groupColor } from '../../kit/groupColor'
import css from './board.module.css'
import { NameField } from './NameField'
import { useGroupActs } from './useGroupActs'

interface GroupHeadProps {
  project: string
  group: Group
  /** Clips in it. */
  count: number
  /** How many groups there are. */
  last: number
  fresh: boolean
}

/** A group's name, how much it holds, and what can be done to it. */
export function GroupHead({ project, group, count, last, fresh }: GroupHeadProps) {
  const text = useText()
  const [naming, setNaming] = useState(fresh)
  const more = useRef<HTMLButtonElement>(null)
  const { rename, paint, shift, remove } = useGroupActs(project, group)
  const { name, position } = group
  const done = (): void => {
    setNaming(false)
    setTimeout(() => more.current?.focus())
  }
  return (
    <header className={css['head']}>
      {naming ? (
        <NameField name={name} save={(next) => rename(next).then(done)} cancel={done} />
      ) : (
        <>
          <kbd className={css['key']} aria-hidden>
            {position <= 9 ? position : ''}
          </kbd>
          <h3 className="grow break">{name}</h3>
          <span className="tiny">{text('groups.count', { count })}</span>
          <Menu position="bottom-end" withinPortal returnFocus>
            <Menu.Target>
              <button ref={more} type="button" className={css['more']} aria-label={text('groups.more', { name })}>
                <IconDots size={18} aria-hidden />
              </button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => setNaming(true)}>{text('groups.rename')}</Menu.Item>
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
        </>
      )}
    </header>
  )
}

const NAMES = ['red', 'blue', 'green', 'violet', 'yellow', 'teal'] as const
