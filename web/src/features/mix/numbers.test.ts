import { expect, test } from 'vitest'
import { limit } from './numbers'

test('as many are made as are possible', () => {
  expect(limit({ capacity: '6', count: 12 }, 0)).toBe(6)
  expect(limit({ capacity: '12', count: 12 }, 0)).toBeNull()
  expect(limit({ capacity: null, count: 12 }, 0)).toBeNull()
  expect(limit(undefined, 0)).toBeNull()
  expect(limit({ capacity: '9'.repeat(300), count: 12 }, 0)).toBeNull()
})

test('those that were made before are not possible again', () => {
  expect(limit({ capacity: '18', count: 12 }, 12)).toBe(6)
  expect(limit({ capacity: '24', count: 12 }, 12)).toBeNull()
  expect(limit({ capacity: '18', count: 12 }, 18)).toBeNull() // then the API says why
})
