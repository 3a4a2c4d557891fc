import { lazy, Suspense, useRef, useState } from 'react'
import type { Group } from '../../api/library'
import { useText } from '../../i18n/useText'
import css from './board.module.css'
import { NameField } from './NameField'
import { useGroupActs } from './useGroupActs'

const menu = import('./GroupMenu') // beside the page, and there before anybody needs it
const GroupMenu = lazy(() => menu.then((module) => ({ default: module.GroupMenu })))

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
  const { rename } = useGroupActs(project, group)
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
          <Suspense fallback={<span className={css['more']} />}>
            <GroupMenu project={project} group={group} last={last} opener={more} onName={() => setNaming(true)} />
          </Suspense>
        </>
      )}
    </header>
  )
}
