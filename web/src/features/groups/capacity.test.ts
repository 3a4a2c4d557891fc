import { expect, test } from 'vitest'
import type { Clip, Group } from '../../api/library'
import { readyCounts, sumOf } from './capacity'

const clip = (id: string, state: string, duplicate_of: string | null = null): Clip => ({ id, state, duplicate_of }) as Clip
const group = (...clip_ids: string[]): Group => ({ clip_ids }) as Group

test('only what is ready counts, and what is there twice counts once', () => {
  const clips = [clip('a', 'ready'), clip('b', 'ready', 'a'), clip('c', 'expected'), clip('d', 'rejected'), clip('e', 'ready')]
  expect(readyCounts([group('a', 'b', 'c'), group('d'), group('e', 'gone')], clips)).toEqual([1, 0, 1])
})

test('the sum is shown where it is one', () => {
  expect(sumOf([3, 3, 2], '18')).toEqual({ factors: [3, 3, 2], total: '18' })
  expect(sumOf([3, 3, 2], '108')).toEqual({ factors: [], total: '108' })
  expect(sumOf([7], '7')).toEqual({ factors: [], total: '7' })
  expect(sumOf([200, 200, 200, 200, 200, 200, 200, 200], `256${'0'.repeat(16)}`).factors).toHaveLength(8)
})
