import { expect, test } from 'vitest'
import { type Bundle, keepLatest, shownOf } from './bundles'

const bundle = (id: string, state: Bundle['state'], seq = 1, expires_at: string | null = null) => ({ id, state, seq, expires_at }) as Bundle
const now = Date.parse('2026-11-28T12:00:00Z')

test('archives outlive the page they were asked for on, as long as they can be saved', () => {
  const bundles = [
    bundle('making', 'making'),
    bundle('ready', 'ready', 1, '2026-11-30T12:00:00Z'),
    bundle('over', 'ready', 1, '2026-11-28T11:00:00Z'),
    bundle('failed', 'failed'),
    bundle('failed-here', 'failed'),
    bundle('deleted', 'deleted'),
  ]
  expect(shownOf(bundles, new Set(['failed-here', 'deleted']), now).map(({ id }) => id)).toEqual(['making', 'ready', 'failed-here'])
})

test('an answer that comes late takes no archive back, and one with newer links is taken', () => {
  const [old, fresh] = [[bundle('a', 'ready', 5), bundle('b', 'making', 2)], [bundle('a', 'making', 4), bundle('b', 'making', 2)]]
  expect(keepLatest(old, fresh)).toEqual([old[0], fresh[1]])
  expect(keepLatest(old, fresh)[1]).toBe(fresh[1])
  expect(keepLatest(old, [])).toEqual([])
})
