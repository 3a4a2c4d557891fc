/** Budget: what a browser must fetch before a page is there. `make webbench` shows what each fetches. */
import { expect, test } from 'vitest'
import { WELCOME, weights } from './weight.ts'

const WELCOME_BYTES = 200_000
const ANY_BYTES = 250_000

test('a page is there before much is fetched', () => {
  const found = weights()
  expect(found.size).toBeGreaterThan(10)
  expect([...found].filter(([, bytes]) => bytes > ANY_BYTES)).toEqual([])
  expect(found.get(WELCOME)).toBeLessThanOrEqual(WELCOME_BYTES)
})
