import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { keys } from '../../api/keys'
import { moment, number } from '../../i18n/format'
import { range } from '../../i18n/roughly'
import { useText } from '../../i18n/useText'
import { later } from '../../live/pushes'
import { announce } from '../../kit/announce'
import { Progress } from '../../kit/Progress'
import { failed } from '../../kit/failed'
import { toast } from '../../kit/toasts'
import css from './generation.module.css'
import { standing } from './progress'
import { cancel, type Generation } from './queries'

/** How far an order is, how long it still takes, and how to stop it; once it has ended, what became of it. */
export function Summary({ generation }: { generation: Generation }) {
  const text = useText()
  const client = useQueryClient()
  const now = useNow(generation.state === 'running')
  const { done, total, running, made, failed: lost, left, back, eta } = standing(generation, now)
  const { id, state, planned, outputs_total: all } = generation
  const stop = useMutation({
    mutationFn: () => cancel(id),
    onSuccess: (stopped) => {
      client.setQueryData<Generation>(keys.generation(id), (old) => later(old, stopped))
      for (const queryKey of [keys.outputs(id), keys.wallet, keys.generations]) void client.invalidateQueries({ queryKey })
      toast({ text: text('generations.stopped', { credits: Math.max(0, stopped.price - stopped.charged) }) })
    },
    onError: failed,
  })
  const was = useRef(state)
  useEffect(() => {
    if (was.current === 'running' && state !== 'running') announce(text(`generations.ended.${state}`, { made, all }))
    was.current = state
  }, [was, state, made, all, text])
  const units = total > 0 ? text('generations.work', { percent: Math.floor((100 * done) / total) }) : ''
  const wait = running && !planned ? text('generations.planning') : running && generation.started_at === null ? text('generations.waiting') : ''
  return (
    <section className={`${css['summary']} card`} data-testid="summary" data-state={state} aria-label={text('generations.progress')}>
      <div className={css['number']}>
        <b data-testid="made">{number(made)}</b>
        <small>{running ? text('generations.of-ready', { all: number(all) }) : text('generations.ready', { all: number(all) })}</small>
      </div>
      <div className={css['course']}>
        {running && <Progress done={done} total={total} label={text('generations.progress')} />}
        <p className="small">
          {running
            ? [wait || units, eta && text('generations.left', { time: range(eta.from, eta.to) })].filter(Boolean).join(' · ')
            : text(`generations.state.${state}`, { when: moment(generation.finished_at ?? generation.created_at), charged: generation.charged })}
          {lost > 0 && (
            <>
              {' · '}
              <b className={css['bad']}>{text('generations.failed', { count: lost })}</b>
            </>
          )}
          {!running && back > 0 && <> · {text('generations.back', { credits: back })}</>}
          {!running && left > 0 && <> · {text('generations.not-made', { count: left })}</>}
        </p>
      </div>
      {running && (
        <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
          {text('generations.stop', { credits: back })}
        </Button>
      )}
    </section>
  )
}

/** The time, each second while it matters. */
function useNow(moves: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!moves) return undefined
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [moves])
  return now
}
