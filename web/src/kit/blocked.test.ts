import { expect, test, vi } from 'vitest'
import { ApiError, unreachable } from '../api/errors'
import { blocked } from './blocked'

const query = (data: unknown, error: unknown = null) => ({ data, error, refetch: vi.fn() })
const answer = (status: number): ApiError => new ApiError({ code: 'x' }, status)

test('what failed is asked for again, and nothing else', () => {
  const [fine, waits, one, other] = [query(1), query(undefined), query(undefined, unreachable()), query(undefined, answer(429))]
  const found = blocked(fine, waits, one, other)
  expect(found).toMatchObject({ error: one.error, gone: false })
  found?.again()
  expect([fine, waits, one, other].map(({ refetch }) => refetch.mock.calls.length)).toEqual([0, 0, 1, 1])
})

test('a page whose data is there stays, whatever becomes of asking again', () => {
  expect(blocked(query(1, unreachable()), query(2, answer(500)), query(3, answer(429)))).toBeNull()
  expect(blocked(query(1), query(undefined))).toBeNull()
})

test('only what is not there is not found', () => {
  for (const status of [0, 400, 401, 403, 409, 410, 422, 429, 500, 503]) expect(blocked(query(undefined, answer(status)))?.gone).toBe(false)
  expect(blocked(query(undefined, answer(404)))?.gone).toBe(true)
  const noId = new ApiError({ code: 'invalid_input', metadata: { fields: [{ field: 'path.project_id' }] } }, 422)
  expect(blocked(query(undefined, noId))?.gone).toBe(true)
  expect(blocked(query(1, answer(404)))?.gone).toBe(true)
})
