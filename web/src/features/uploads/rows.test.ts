import { expect, test } from 'vitest'
import type { Clip } from '../../api/library'
import type { Item } from './queue'
import { merged, rowsOf, stateOf } from './rows'

const item = (key: string, more: Partial<Item> = {}): Item => ({
  key, project: 'p', kind: 'clip', name: key, size: 10, modified: 5, phase: 'sending', sent: 0, target: null,
  problem: null, sentAt: 0, ...more,
})
const clip = (id: string, more: Partial<Clip> = {}): Clip => ({ id, state: 'expected', duplicate_of: null, ...more }) as Clip
const keys = (clips: Clip[], items: Item[], fetchedAt = 0): string => merged(clips, fetchedAt, items, 'p').map(({ key }) => key).join()

test('a tile is there from the choosing of its file to its clip, once, under one key', () => {
  const [asked, sent] = [item('a', { target: 'c' }), item('a', { target: 'c', phase: 'sent', sentAt: 50 })]
  expect(keys([], [item('a')])).toBe('a')
  expect(keys([], [asked])).toBe('a')
  expect(keys([clip('c')], [asked])).toBe('a')
  expect(keys([], [sent], 40)).toBe('a') // the list is older than the sending
  expect(keys([clip('c', { state: 'ready' })], [sent], 60)).toBe('a')
  expect(keys([clip('c', { state: 'ready' })], [], 60)).toBe('c')
})

test('a clip that was deleted elsewhere takes its tile with it', () => {
  expect(keys([], [item('a', { target: 'c', phase: 'sent', sentAt: 50 })], 60)).toBe('')
})

test('other projects and sounds have no tiles here', () => {
  expect(keys([], [item('a', { project: 'q' }), item('b', { kind: 'audio' })])).toBe('')
})

test('the API has the last word on what a file became', () => {
  expect(stateOf(item('a', { phase: 'sent' }), undefined)).toBe('reading')
  expect(stateOf(item('a', { phase: 'sent' }), clip('c'))).toBe('reading')
  expect(stateOf(item('a', { phase: 'missing' }), clip('c', { state: 'ready' }))).toBe('ready')
  expect(stateOf(item('a', { phase: 'failed' }), clip('c'))).toBe('failed')
  expect(stateOf(item('a', { phase: 'sent' }), clip('c', { state: 'ready', duplicate_of: 'b' }))).toBe('duplicate')
  expect(stateOf(item('a', { phase: 'sent' }), clip('c', { state: 'rejected' }))).toBe('rejected')
})

test('what needs a person stands first, then what moves, then what is done, each as it came', () => {
  const items = [item('done', { target: 'c', phase: 'sent' }), item('m1'), item('waits', { phase: 'waiting' }), item('bad', { phase: 'failed' }), item('m2')]
  const rows = rowsOf(items, new Map([['c', clip('c', { state: 'ready' })]]))
  expect(rows.map((row) => row.item.key)).toEqual(['bad', 'm1', 'm2', 'waits', 'done'])
})
