import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import IconNext from '@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs'
import IconPrevious from '@tabler/icons-react/dist/esm/icons/IconChevronLeft.mjs'
import IconClose from '@tabler/icons-react/dist/esm/icons/IconX.mjs'
import { type KeyboardEvent, useMemo } from 'react'
import { keys } from '../../api/keys'
import { say } from '../../api/sentences'
import { bytes, clock, day } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { Strip, type StripShot } from '../../kit/Strip'
import { failed } from '../../kit/failed'
import { toast } from '../../kit/toasts'
import { nearest, percentOf } from './likeness'
import { isOver, isThere, type Output, standingOf } from './merge'
import css from './panel.module.css'
import { type Cut, restoreOutput } from './queries'
import { Screen } from './Screen'

interface PanelProps {
  generation: string
  output: Output
  cuts: ReadonlyMap<number, Cut> | undefined
  /** Those that may be the nearest. */
  among: ReadonlyMap<number, Cut> | undefined
  stripOf: (shots: Cut['shots']) => StripShot[]
  onStep: (by: 1 | -1) => void
  onClose: () => void
  onSave: () => void
}

/** One video with its strip: played, stepped through, saved. */
export function Panel({ generation, output, cuts, among, stripOf, onStep, onClose, onSave }: PanelProps) {
  const text = useText()
  const shots = cuts?.get(output.n)?.shots
  const near = useMemo(() => (among && among.size <= 1000 ? nearest(output.n, among) : null), [output.n, among])
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLVideoElement) return // its arrows are its own
    if (event.key === 'Escape') onClose()
    if (event.key === 'n') onStep(1)
    if (event.key === 'p') onStep(-1)
  }
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- shortcuts beside the buttons that do the same
    <section className={css['panel']} aria-label={output.title} onKeyDown={onKeyDown} data-testid="panel">
      <header className={css['head']}>
        <div className="grow">
          <h2 className="break">{output.title}</h2>
          <p className="tiny">
            {[output.duration_s && clock(output.duration_s), output.size_bytes && bytes(output.size_bytes), output.width && `${output.width} × ${output.height}`].filter(Boolean).join(' · ')}
          </p>
        </div>
        <Icon name={text('outputs.previous')} Icon={IconPrevious} run={() => onStep(-1)} />
        <Icon name={text('outputs.next')} Icon={IconNext} run={() => onStep(1)} />
        <Icon name={text('outputs.close')} Icon={IconClose} run={onClose} />
      </header>
      {isThere(output) ? <Screen key={output.n} generation={generation} output={output} plays /> : <Absent key={output.n} generation={generation} output={output} />}
      {shots && (
          <Strip shots={stripOf(shots)} height={34} />
      )}
      <p className="small">
        {near && text('outputs.nearest', { title: cuts?.get(near.n)?.title ?? near.n, percent: percentOf(near.share) })}{' '}
        {output.expires_at && !isOver(output) && text('outputs.kept', { day: day(output.expires_at) })}
      </p>
      {isThere(output) && (
        <Button variant="default" onClick={onSave}>
          {text('outputs.save-one')}
        </Button>
      )}
    </section>
  )
}

function Icon({ name, Icon: Drawn, run }: { name: string; Icon: typeof IconNext; run: () => void }) {
  return (
    <button type="button" className={css['icon']} aria-label={name} onClick={run}>
      <Drawn size={20} aria-hidden />
    </button>
  )
}

/** In the place of a video that cannot be played: why, and what can be done. */
function Absent({ generation, output }: { generation: string; output: Output }) {
  const text = useText()
  const client = useQueryClient()
  const restore = useMutation({
    mutationFn: () => restoreOutput(generation, output.n),
    onSuccess: () => {
      toast({ text: text('outputs.restoring', { title: output.title }) })
      void client.invalidateQueries({ queryKey: keys.outputs(generation) })
    },
    onError: failed,
  })
  const lost = output.gone_at !== null && !isOver(output)
  return (
    <div className={css['absent']}>
      <b>{text(`outputs.state.${standingOf(output)}`)}</b>
      {output.reason && <p className="small">{say(output.reason)}</p>}
      {lost && <p className="small">{text('outputs.lost-why')}</p>}
      {lost && (
        <Button variant="light" loading={restore.isPending} onClick={() => restore.mutate()}>
          {text('outputs.restore')}
        </Button>
      )}
      {lost && restore.isSuccess && <p className="small">{text('outputs.restore-asked')}</p>}
    </div>
  )
}
