import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { keys } from '../api/keys'
import { keepLater, type Push, take } from './pushes'

type Changed = Extract<Push, { type: 'generation_changed' }>

function changed(seq: number): Changed {
  const made = Math.floor(seq / 2)
  return {
    type: 'generation_changed',
    generation_id: 'g',
    seq,
    state: seq === 20 ? 'succeeded' : 'running',
    work_done: seq * 5,
    work_total: 100,
    outputs_made: made,
    outputs_failed: 0,
    outputs_total: 10,
  }
}

/** Numbers that look random and are the same each time. */
function* dice(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    yield state / 2 ** 32
  }
}

test('nothing moves backwards, in whatever order hints and answers come', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const roll = dice(seed)
    const next = (): number => roll.next().value as number
    const client = new QueryClient()
    const order = Array.from({ length: 20 }, (_, n) => n + 1).sort(() => next() - 0.5)
    client.setQueryData(keys.generation('g'), { ...changed(0), seq: 0 })
    let seen = { seq: 0, work_done: 0, outputs_made: 0 }
    for (const seq of order) {
      const key = keys.generation('g')
      if (next() < 0.5) take(client, changed(seq))
      else client.setQueryData(key, (old: Changed | undefined) => keepLater(old, changed(seq)))
      const now = client.getQueryData<typeof seen>(key) ?? seen
      expect(now.work_done).toBeGreaterThanOrEqual(seen.work_done)
      expect(now.outputs_made).toBeGreaterThanOrEqual(seen.outputs_made)
      seen = now
    }
    expect(client.getQueryData<Changed>(keys.generation('g'))?.seq).toBeGreaterThanOrEqual(19) // the end itself is asked for
  }
})

test('a gap in the sequence asks for the whole again, the next step does not', () => {
  const client = new QueryClient()
  const key = keys.generation('g')
  client.setQueryData(key, changed(1))
  take(client, changed(2))
  expect(client.getQueryState(key)?.isInvalidated).toBe(false)
  take(client, changed(4))
  expect(client.getQueryState(key)?.isInvalidated).toBe(true)
})

test('how an order ended is asked for, and not shown before all of it is known', () => {
  const client = new QueryClient()
  const key = keys.generation('g')
  client.setQueryData(key, { ...changed(19), charged: 27 })
  take(client, changed(20))
  expect(client.getQueryData(key)).toMatchObject({ state: 'running', charged: 27 })
  expect(client.getQueryState(key)?.isInvalidated).toBe(true)
})
