import { expect, test } from 'vitest'
import { tileShape, UPRIGHT } from './clipShape'

const clip = (width: number, height: number) => ({ facts: { width, height } })

test('tiles have the shape of most clips', () => {
  expect(tileShape([])).toBe(UPRIGHT)
  expect(tileShape([{ facts: null }, clip(1080, 1920), clip(1920, 1080)])).toBe(UPRIGHT)
  expect(tileShape([clip(1920, 1080), clip(1280, 720), clip(1080, 1920)])).toBeGreaterThan(1)
})
