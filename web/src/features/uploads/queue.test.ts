import { expect, test } from 'vitest'
import { changed, holdsBytes, type Item, milestone, percent, startable, totals } from './queue'

const item = (key: string, more: Partial<Item> = {}): Item => ({
  key, project: 'p', kind: 'clip', name: `${key}.mp4`, size: 100, modified: 1, phase: 'waiting', sent: 0, target: null,
  problem: null, sentAt: 0, ...more,
})

test('three files have their turn at a time, in the order in which they came', () => {
  const five = ['a', 'b', 'c', 'd', 'e'].map((key) => item(key))
  expect(startable(five).map(({ key }) => key)).toEqual(['a', 'b', 'c'])
  const two = changed(changed(five, 'a', { phase: 'sending' }), 'b', { phase: 'sending' })
  expect(startable(two).map(({ key }) => key)).toEqual(['c'])
  expect(startable(changed(two, 'c', { phase: 'sending' }))).toEqual([])
  expect(startable(changed(two, 'c', { phase: 'paused' })).map(({ key }) => key)).toEqual(['d'])
})

test('what is failed or missing is no part of how much has left', () => {
  const items = [item('a', { phase: 'sent', sent: 100 }), item('b', { sent: 20 }), item('c', { phase: 'failed', sent: 60 })]
  const sum = totals([...items, item('d', { phase: 'missing' })])
  expect([sum.bytes, sum.bytesSent, sum.failed, sum.missing, percent(sum)]).toEqual([200, 120, 1, 1, 60])
  expect(percent(totals([]))).toBe(100)
})

test('leaving the page loses something only while there are bytes to send', () => {
  expect(holdsBytes([item('a', { phase: 'sent' }), item('b', { phase: 'missing' }), item('c', { phase: 'failed' })])).toBe(false)
  for (const phase of ['waiting', 'sending', 'paused'] as const) expect(holdsBytes([item('a', { phase })])).toBe(true)
})

test('each milestone is said once, and the end once', () => {
  let items: readonly Item[] = []
  const said: (string | null)[] = []
  const become = (next: readonly Item[]): void => {
    said.push(milestone(items, next))
    items = next
  }
  become([item('a', { size: 1000 })])
  for (const sent of [100, 249, 250, 260, 800, 900]) become(changed(items, 'a', { phase: 'sending', sent }))
  become(changed(items, 'a', { phase: 'sent', sent: 1000 }))
  become(changed(items, 'a', { target: 'clip' }))
  expect(said.filter(Boolean)).toEqual(['start', 'quarter', 'three', 'end'])
})

test('a pause is no end, and more files do not pass milestones backwards', () => {
  const half = [item('a', { phase: 'sending', sent: 60 })]
  expect(milestone(half, changed(half, 'a', { phase: 'paused' }))).toBeNull()
  expect(milestone(half, [...half, item('b')])).toBeNull()
})
