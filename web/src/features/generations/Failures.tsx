import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useRef } from 'react'
import { ApiError, isOpen } from '../../api/errors'
import { keys } from '../../api/keys'
import { say } from '../../api/sentences'
import { useText } from '../../i18n/useText'
import { failed } from '../../kit/failed'
import { GenerationLink } from '../../shell/GenerationLink'
import type { Output } from '../outputs/index'
import css from './generation.module.css'
import { type Generation, retriedKey, retriedQuery, retry } from './queries'

const NAMED = 8 // videos named one by one

/** What could not be made and why, and another try; also for what was cancelled. */
export function Failures({ generation, outputs }: { generation: Generation; outputs: readonly Output[] }) {
  const text = useText()
  const client = useQueryClient()
  const navigate = useNavigate()
  const key = useRef(crypto.randomUUID())
  const lost = outputs.filter(({ state }) => state === 'failed')
  const cancelled = outputs.filter(({ state }) => state === 'cancelled')
  const again = useMutation({
    mutationFn: () => retry(generation.id, key.current),
    onSuccess: async (next) => {
      client.setQueryData(keys.generation(next.id), next)
      client.setQueryData(retriedKey(generation.id), next.id)
      for (const queryKey of [keys.generations, keys.wallet]) void client.invalidateQueries({ queryKey })
      await navigate({ to: '/generations/$generationId', params: { generationId: next.id } })
    },
    onError: (error) => {
      if (!isOpen(error)) key.current = crypto.randomUUID() // it was answered: another click asks anew
      if (error instanceof ApiError && error.code === 'already_retried') void client.invalidateQueries({ queryKey: retriedKey(generation.id) })
      else failed(error)
    },
  })
  const ended = generation.state !== 'running'
  const missed = lost.length + (ended ? cancelled.length : 0)
  const { data: retried, isPending } = useQuery({ ...retriedQuery(generation), enabled: ended && missed > 0 })
  if (missed === 0) return null
  const price = [...lost, ...cancelled].reduce((sum, { price: own }) => sum + own, 0)
  return (
    <section className={`${css['failures']} card`} aria-labelledby="failures" data-testid="failures">
      <h2 id="failures">{text('generations.not-there', { count: missed })}</h2>
      <ul>
        {byReason(lost).map(([why, titles]) => (
          <li key={why}>
            <span>{why}</span>
            <small>{titles.slice(0, NAMED).join(', ')}{titles.length > NAMED && ` ${text('generations.and-more', { count: titles.length - NAMED })}`}</small>
          </li>
        ))}
        {ended && cancelled.length > 0 && <li>{text('generations.cancelled', { count: cancelled.length })}</li>}
      </ul>
      {retried && <GenerationLink id={retried}>{text('generations.retried')}</GenerationLink>}
      {ended && !retried && (
        <Button variant="default" disabled={isPending} loading={again.isPending} onClick={() => again.mutate()}>
          {text('generations.retry', { count: missed, credits: price })}
        </Button>
      )}
    </section>
  )
}

/** Titles of videos by why they were not made. */
function byReason(outputs: readonly Output[]): [string, string[]][] {
  const found = new Map<string, string[]>()
  for (const { reason, title } of outputs) {
    const why = reason ? say(reason) : ''
    found.set(why, [...(found.get(why) ?? []), title])
  }
  return [...found]
}
