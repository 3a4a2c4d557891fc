import { expect, test } from 'vitest'
import { waitMs } from './socket'

test('waits double up to half a minute, never all at the same time', () => {
  expect([0, 1, 2, 3, 4, 5, 20].map((failures) => waitMs(failures, 0.5))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000,
  ])
  expect(waitMs(0, 0)).toBe(750)
  expect(waitMs(0, 1)).toBe(1250)
})
