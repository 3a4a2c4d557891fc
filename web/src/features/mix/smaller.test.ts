import { expect, test } from 'vitest'
import { resolve } from '../../form/resolve'
import { sizesBelow, withinReach } from './smaller'

const { fields } = resolve({ properties: { resolution: { type: 'integer', enum: [480, 720, 1080, 2160], default: 720 } } })

const below = (values: Record<string, unknown>) => sizesBelow(fields[0], values).map(({ value }) => value)

test('sizes below the chosen one are offered, the largest first', () => {
  expect(below({})).toEqual([480])
  expect(below({ resolution: 2160 })).toEqual([1080, 720, 480])
  expect(below({ resolution: 480 })).toEqual([])
  expect(sizesBelow(undefined, {})).toEqual([])
})

test('the largest size that can be paid is taken, and nothing is said before it is known', () => {
  expect(withinReach([{ price: 300 }, { price: 150 }, { price: 50 }], 100)).toBe(2)
  expect(withinReach([{ price: 300 }, { price: 90 }, { price: 50 }], 100)).toBe(1)
  expect(withinReach([{ price: 300 }, undefined, { price: 50 }], 100)).toBeNull()
  expect(withinReach([{ price: 300 }, { price: 150 }], 100)).toBeNull()
  expect(withinReach([], 100)).toBeNull()
})
