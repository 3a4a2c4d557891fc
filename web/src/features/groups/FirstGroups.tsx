import { Button } from '@mantine/core'
import { useText } from '../../i18n/useText'
import { failed } from '../../kit/failed'
import { GROUP_COLORS } from '../../kit/groupColor'
import css from './first.module.css'
import { useGroupChanges } from './queries'

const USUAL = ['hook', 'body', 'call'] as const

/** What groups are for, and the three that most people make. */
export function FirstGroups({ project }: { project: string }) {
  const text = useText()
  const { create } = useGroupChanges(project)
  const make = async (): Promise<void> => {
    for (const [index, usual] of USUAL.entries())
      // oxlint-disable-next-line no-await-in-loop -- they stand in the order in which they are made
      await create.mutateAsync({ name: text(`groups.usual.${usual}`), color: GROUP_COLORS[index] ?? null })
  }
  return (
    <div className={`${css['first']} card`}>
      <span className={css['stripes']} aria-hidden>
        {USUAL.map((usual, index) => (
          <i key={usual} style={{ background: GROUP_COLORS[index], flex: [3, 5, 2][index] }} />
        ))}
      </span>
      <div>
        <h3>{text('groups.first')}</h3>
        <p className="small">{text('groups.first-why')}</p>
      </div>
      <Button
        variant="light"
        loading={create.isPending}
        onClick={() => void make().catch(failed)}
      >
        {text('groups.make-three')}
      </Button>
    </div>
  )
}
