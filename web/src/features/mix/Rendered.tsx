import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { keys } from '../../api/keys'
import { limitsQuery } from '../../api/queries'
import { say } from '../../api/sentences'
import type { Values } from '../../form/values'
import { useText } from '../../i18n/useText'
import { failed } from '../../kit/failed'
import { Progress } from '../../kit/Progress'
import { usePoll } from '../../live/leader'
import { Dialog, Screen } from '../outputs/index'
import css from './rendered.module.css'
import { orderFirst, renderedQuery } from './queries'

interface RenderedProps {
  project: string
  /** What would be ordered, with its seed. */
  spec: Values
  /** It could be ordered as it is. */
  fits: boolean
  /** How many can still be rendered today. */
  left: number
}

/** The first video really rendered, before anything is paid: a draft, marked as such, free. */
export function Rendered({ project, spec, fits, left }: RenderedProps) {
  const text = useText()
  const client = useQueryClient()
  const { data: limits } = useQuery(limitsQuery)
  const [open, setOpen] = useState(false)
  const [made, setMade] = useState<{ id: string; of: string } | null>(null)
  const of = JSON.stringify(spec)
  const { data: drawn } = useQuery({ ...renderedQuery(made?.id ?? ''), enabled: made !== null })
  const lost = drawn !== undefined && drawn.generation.state !== 'running' && drawn.outputs[0]?.state !== 'made'
  const there = made?.of === of && !lost // or on its way
  const ask = useMutation({
    mutationFn: () => orderFirst(project, crypto.randomUUID(), spec),
    onSuccess: ({ id }) => {
      setMade({ id, of })
      setOpen(true)
      void client.invalidateQueries({ queryKey: keys.plans(project) }) // one less is left
    },
    onError: failed,
  })
  return (
    <div className={css['rendered']}>
      <Button
        variant="default"
        disabled={!there && (!fits || left === 0)}
        loading={ask.isPending}
        onClick={() => (there ? setOpen(true) : ask.mutate())}
        data-testid="render-first"
      >
        {text('mix.render-first')}
      </Button>
      {limits && <p className="small">{text('mix.render-free', { count: left, days: limits.preview_days })}</p>}
      {open && made && (
        <Dialog label={text('mix.rendered')} onClose={() => setOpen(false)}>
          <Draft id={made.id} />
        </Dialog>
      )}
    </div>
  )
}

/** The draft itself, or how far it is. */
function Draft({ id }: { id: string }) {
  const text = useText()
  const poll = usePoll(1500)
  const { data } = useQuery({ ...renderedQuery(id), refetchInterval: ({ state }) => (state.data?.generation.state === 'running' || !state.data ? poll : false) })
  const { generation, outputs: [output] = [] } = data ?? {}
  if (generation && generation.state !== 'running' && output?.state !== 'made') {
    return <p className="small">{generation.reason ? say(generation.reason) : text('mix.render-failed')}</p>
  }
  if (output?.state === 'made') return <Screen generation={id} output={output} plays />
  return (
    <div className={css['rendering']}>
      <p role="status">{text('mix.rendering')}</p>
      <Progress done={generation?.work_done ?? 0} total={generation?.work_total ?? 1} label={text('mix.rendering')} />
    </div>
  )
}
