import { expect, test } from 'vitest'
import { cover, frameAt, frameStyle } from './frames'

test('a place in a box is one of ten pictures, also at and beyond its edges', () => {
  expect([0, 9, 10, 55, 99, 100, 140, -3].map((x) => frameAt(x, 100))).toEqual([0, 0, 1, 5, 9, 9, 9, 0])
  expect(frameAt(5, 0)).toBe(0)
})

test('the first picture is at the left end of the strip and the last at the right', () => {
  expect(frameStyle('https://x/strip', 0).backgroundPosition).toBe('0% 0')
  expect(frameStyle('https://x/strip', 9).backgroundPosition).toBe('100% 0')
})

test('a wide picture covers a tall box by its height, a tall one by its width', () => {
  expect(cover(16 / 9, 0.8)).toMatchObject({ height: '100%', width: 'auto' })
  expect(cover(9 / 16, 0.8)).toMatchObject({ width: '100%', height: 'auto' })
})
