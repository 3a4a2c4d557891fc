import { i18n } from '@lingui/core'
import { expect, test } from 'vitest'
import { range, roughly } from '../../i18n/roughly'
import { matrix } from './matrix'
import { standing } from './progress'
import type { Generation } from './queries'

const now = Date.parse('2026-11-28T12:00:00Z')
const running = {
  state: 'running', work_done: 40, work_total: 100, outputs_made: 3, outputs_failed: 1, outputs_total: 10, price: 30, charged: 9,
  eta: { earliest: '2026-11-28T12:00:50Z', latest: '2026-11-28T12:01:10Z' },
} as Generation

const shots = (clip: string) => [{ clip_id: clip, name: clip, start_frame: 0, frames: 10, speed: '1', look: 'none' }]

test('what comes back is what is held less what was made', () => {
  expect(standing(running, now)).toEqual({ done: 40, total: 100, running: true, made: 3, failed: 1, left: 6, back: 21, eta: { from: 50, to: 70 } })
})

test('an end that is overdue is not said, nor that of what has ended', () => {
  expect(standing(running, now + 120_000).eta).toBeNull()
  expect(standing({ ...running, state: 'cancelled' } as Generation, now)).toMatchObject({ done: 100, eta: null, running: false })
  expect(standing(running, now + 60_000).eta).toEqual({ from: 1, to: 10 })
})

test('times are said roughly', () => {
  i18n.loadAndActivate({ locale: 'en', messages: {} })
  expect([3.2, 17, 88, 200, 5400].map(roughly)).toEqual(['4 seconds', '20 seconds', '90 seconds', '3 minutes', '1.5 hours'])
  expect(range(52, 66)).toMatch(/^55.70 seconds$/)
  expect(range(20, 20)).toBe('20 seconds')
  expect(range(50, 200)).toBe('50 seconds – 3 minutes')
})

test('the plot has as many videos as it was given, at most', () => {
  const cuts = new Map([1, 2, 3].map((n) => [n, { n, title: '', shots: shots(n === 3 ? 'b' : 'a') }])) as never
  expect(matrix(cuts, 2)).toEqual({ numbers: [1, 2], shares: [[1, 1], [1, 1]] })
  expect(matrix(cuts, 9).shares[0]).toEqual([1, 1, 0])
})
