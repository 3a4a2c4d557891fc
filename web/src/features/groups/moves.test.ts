import { expect, test } from 'vitest'
import type { Group } from '../../api/library'
import { dealt, homes, moved, placeBeside, placesOf } from './moves'

const group = (id: string, ...clip_ids: string[]): Group => ({
  id, clip_ids, project_id: 'p', name: id, color: null, position: 1, version: 1,
})
const ids = (groups: readonly Group[]): string => groups.map((one) => `${one.id}:${one.clip_ids.join('')}`).join(' ')
const groups = [group('x', 'a', 'b', 'c'), group('y', 'd')]

function drop(moving: string, beside: string, after: boolean): string {
  const [first = group('x')] = groups
  return ids(moved([first], [moving], 'x', placeBeside(first, [moving], beside, after)))
}

test('clips leave the groups they stood in and come in their order', () => {
  expect(ids(moved(groups, ['c', 'a'], 'y', null))).toBe('x:b y:dca')
  expect(ids(moved(groups, ['c', 'a'], 'y', 1))).toBe('x:b y:cad')
  expect(ids(moved(groups, ['e'], 'y', 99))).toBe('x:abc y:de')
  expect(ids(moved(groups, ['a', 'd'], null, null))).toBe('x:bc y:')
})

test('within a group a clip goes before or after another', () => {
  expect(drop('a', 'c', false)).toBe('x:bac')
  expect(drop('a', 'c', true)).toBe('x:bca')
  expect(drop('c', 'a', false)).toBe('x:cab')
  expect(drop('b', 'b', true)).toBe('x:abc')
})

test('putting clips back where they stood gives the same groups again', () => {
  const all = ['a', 'b', 'c', 'd', 'e']
  for (const some of [['a'], ['b', 'c'], ['a', 'c'], ['d', 'a', 'e'], all]) {
    for (const to of ['x', 'y', null]) {
      let now = moved(groups, some, to, 1)
      for (const { group: back, ids: them, position } of placesOf(groups, some)) now = moved(now, them, back, position)
      expect(ids(now)).toBe(ids(groups))
    }
  }
})

test('a clip is at home in the group it stands in', () => {
  expect(homes(groups).get('d')?.id).toBe('y')
  expect(homes(groups).get('e')).toBeUndefined()
})

test('clips are shared out in their order, as many to each group as can be, behind those that are there', () => {
  const three = [group('x', 'a'), group('y'), group('z')]
  const shares = (...clips: string[]): string => dealt(three, clips).map((place) => `${place.group}:${place.ids.join('')}@${place.position}`).join(' ')
  expect(shares('1', '2', '3', '4', '5', '6')).toBe('x:12@2 y:34@1 z:56@1')
  expect(shares('1', '2', '3', '4', '5', '6', '7', '8')).toBe('x:123@2 y:456@1 z:78@1')
  expect(shares('1', '2')).toBe('x:1@2 y:2@1')
})
