import { expect, test } from 'vitest'
import { choicesOf } from './kept'

test('as many days as now are offered and more, never fewer, and none beyond the most', () => {
  expect(choicesOf(30, 365)).toEqual([30, 60, 90, 180, 365])
  expect(choicesOf(100, 200)).toEqual([100, 180, 200])
  expect(choicesOf(365, 365)).toEqual([365])
  for (let now = 1; now <= 400; now += 1) {
    const choices = choicesOf(now, 365)
    expect(choices[0]).toBe(now)
    for (const days of choices.slice(1)) expect(days > now && days <= 365).toBe(true)
  }
})
