import { expect, test } from 'vitest'
import type { Cut, Output } from '../outputs/index'
import { compared, shades } from './matrix'

test('a plot is drawn shade by shade, each square in one, and none of a video with itself', () => {
  const shares = [
    [1, 0.5, 0.04],
    [0.5, 1, 1],
    [0.04, 1, 1],
  ]
  expect(shades({ numbers: [1, 2, 3], shares }, 3)).toEqual([
    { share: 0, cells: [[2, 0], [0, 2]] },
    { share: 0.5, cells: [[1, 0], [0, 1]] },
    { share: 1, cells: [[2, 1], [1, 2]] },
  ])
})

test('what could not be made is compared with nothing', () => {
  const cuts = new Map([1, 2, 3, 4].map((n) => [n, { n, title: '', shots: [] } as Cut]))
  const outputs = (['made', 'failed', 'planned', 'cancelled'] as const).map((state, at) => ({ n: at + 1, state }) as Output)
  expect([...compared(cuts, outputs).keys()]).toEqual([1, 3])
  expect(compared(cuts, [])).toBe(cuts)
})
