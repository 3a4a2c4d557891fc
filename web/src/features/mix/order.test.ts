import { expect, test } from 'vitest'
import { ApiError, isOpen, unreachable } from '../../api/errors'
import { forgetOrder, isUnderWay, newOrder, type Order, placeOrder, shortfall, unanswered } from './order'

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
  const order = newOrder({ count: 1 })
  await expect(placeOrder(shelf, 'p', order, lost)).rejects.toThrow()
  const left = unanswered(shelf, 'p') as Order
  expect(left).toEqual({ ...order, sent: left.sent })
  expect(unanswered(shelf, 'other')).toBeNull()
  await expect(placeOrder(shelf, 'p', left, lost)).rejects.toThrow()
  expect(sent.map(({ key, spec }) => [key, spec])).toEqual([[order.key, { count: 1 }], [order.key, { count: 1 }]])
  expect(await placeOrder(shelf, 'p', left, async ({ key }) => key)).toBe(order.key)
  expect(unanswered(shelf, 'p')).toBeNull()
})

test('what is sent is what was asked for, whatever was sent before', async () => {
  const shelf = store()
  await expect(placeOrder(shelf, 'p', newOrder({ count: 1 }), () => Promise.reject(unreachable()))).rejects.toThrow()
  const next = newOrder({ count: 9 })
  expect(await placeOrder(shelf, 'p', next, async ({ key, spec }) => ({ key, spec }))).toEqual({ key: next.key, spec: { count: 9 } })
})

test('only an order of just now goes on by itself, and one the API may have forgotten is none', async () => {
  const shelf = store()
  await expect(placeOrder(shelf, 'p', newOrder({}), () => Promise.reject(unreachable()))).rejects.toThrow()
  const { sent } = unanswered(shelf, 'p') as Order
  const later = (hours: number): number => sent + hours * 3_600_000
  expect([0, 1, 24].map((hours) => isUnderWay({ sent } as Order, later(hours)))).toEqual([true, false, false])
  expect(unanswered(shelf, 'p', later(24))).not.toBeNull()
  expect(unanswered(shelf, 'p', later(7 * 24))).toBeNull()
})

test('an order that is forgotten is gone', async () => {
  const shelf = store()
  await expect(placeOrder(shelf, 'p', newOrder({}), () => Promise.reject(unreachable()))).rejects.toThrow()
  forgetOrder(shelf, 'p')
  expect(unanswered(shelf, 'p')).toBeNull()
})

test('a refusal is an answer', async () => {
  const shelf = store()
  const refusal = new ApiError({ code: 'not_enough_credits' }, 402)
  await expect(placeOrder(shelf, 'p', newOrder({}), () => Promise.reject(refusal))).rejects.toBe(refusal)
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
