import { expect, test } from 'vitest'
import { joined, type Manifest } from './queries'

const page = (outputs: number[], prints: Record<string, string[]>, next: string | null): Manifest =>
  ({ seed: 7, format: 4, outputs: outputs.map((n) => ({ n })), prints, next }) as unknown as Manifest

test('pages of a manifest become one document', () => {
  const whole = joined([page([1, 2], { a: ['x'] }, '2'), page([3], { b: ['y'] }, null)])
  expect(whole).toEqual({ seed: 7, format: 4, outputs: [{ n: 1 }, { n: 2 }, { n: 3 }], prints: { a: ['x'], b: ['y'] }, next: null })
  expect(joined([])).toBeUndefined()
})
