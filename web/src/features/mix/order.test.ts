import { expect, test } from 'vitest'
import { ApiError, unreachable } from '../../api/errors'
import { isOpen, type Order, placeOrder, shortfall, unanswered } from './order'

function store() {
  const kept = new Map<string, string>()
  return {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  }
}

test('the key is kept until there is an answer, and is the same when it is sent again', async () => {
  const shelf = store()
  const sent: Order[] = []
  const lost = (order: Order): Promise<never> => {
    sent.push(order)
    return Promise.reject(unreachable())
  }
  await expect(placeOrder(shelf, 'p', { count: 1 }, lost)).rejects.toThrow()
  await expect(placeOrder(shelf, 'p', { count: 9 }, lost)).rejects.toThrow()
  expect(sent[1]).toEqual(sent[0])
  expect(unanswered(shelf, 'p')).toEqual(sent[0])
  expect(unanswered(shelf, 'other')).toBeNull()
  expect(await placeOrder(shelf, 'p', {}, async (order) => order.key)).toBe(sent[0]?.key)
  expect(unanswered(shelf, 'p')).toBeNull()
  expect(await placeOrder(shelf, 'p', {}, async (order) => order.key)).not.toBe(sent[0]?.key)
})

test('a refusal is an answer', async () => {
  const shelf = store()
  const refusal = new ApiError({ code: 'not_enough_credits' }, 402)
  await expect(placeOrder(shelf, 'p', {}, () => Promise.reject(refusal))).rejects.toBe(refusal)
  expect(unanswered(shelf, 'p')).toBeNull()
})

test('what may have arrived stays open', () => {
  expect([unreachable(), new ApiError({ code: 'internal' }, 500), new ApiError({ code: 'in_progress' }, 409)].map(isOpen)).toEqual([true, true, true])
  expect([new ApiError({ code: 'invalid_spec' }, 422), new Error('x')].map(isOpen)).toEqual([false, false])
})

test('a store that holds something else holds no order', () => {
  const shelf = store()
  shelf.setItem('medley.order:p', 'nonsense')
  expect(unanswered(shelf, 'p')).toBeNull()
})

test('the shortfall says what is missing and what is within reach', () => {
  expect(shortfall(36, 12, 36)).toBeNull()
  expect(shortfall(36, 12, 20)).toEqual({ required: 36, available: 20, missing: 16, affordable: 6 })
  expect(shortfall(36, 12, 0)?.affordable).toBe(0)
})
