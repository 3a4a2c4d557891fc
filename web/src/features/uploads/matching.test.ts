import { expect, test } from 'vitest'
import type { Clip } from '../../api/library'
import { contentType, isHidden, kindOf, match, type Named } from './matching'
import type { Item } from './queue'

const file = (name: string, type = '', size = 10): Named => ({ name, type, size, lastModified: 5 })
const item = (more: Partial<Item>): Item => ({
  key: 'k', project: 'p', kind: 'clip', name: 'a.mp4', size: 10, modified: 5, phase: 'missing', sent: 0, target: 't',
  problem: null, sentAt: 0, ...more,
})
const clip = (more: Partial<Clip>): Clip => ({ id: 'c', state: 'expected', name: 'a.mp4', size_bytes: 10, ...more }) as Clip
const NONE: ReadonlySet<string> = new Set()

function found(clips: Clip[], items: Item[] = [], taken = NONE) {
  return match(file('a.mp4'), 'clip', 'p', items, clips, taken)
}

test('what is dropped is a clip, a sound, or a picture that belongs elsewhere', () => {
  const kinds = [file('a.MOV', 'video/quicktime'), file('b.mkv'), file('c.m4a'), file('d.mp3', 'audio/mpeg'), file('e.png', 'image/png'),
    file('f.gif', 'image/gif'), file('g', ''), file('h.ogg', 'video/ogg'), file('i.webp', 'image/webp')]
  const others = ['clip', 'clip', 'audio', 'audio']
  expect(kinds.map((one) => kindOf(one, false))).toEqual([...others, null, 'clip', 'clip', 'clip', 'clip'])
  expect(kinds.map((one) => kindOf(one, true))).toEqual([...others, 'image', 'clip', 'clip', 'clip', 'image'])
})

test('a clip whose type the browser does not know, or has wrong, is asked for as bytes', () => {
  expect(contentType('clip', file('a.mp4', 'video/mp4'))).toBe('video/mp4')
  expect(contentType('clip', file('a.mts'))).toBe('application/octet-stream')
  expect(contentType('clip', file('a.ts', 'text/vnd.trolltech.linguist'))).toBe('application/octet-stream')
  expect(contentType('clip', file('notes.txt', 'text/plain'))).toBe('text/plain')
  expect(contentType('audio', file('a.m4a'))).toBe('audio/mpeg')
  expect(contentType('image', file('a.png', 'image/png'))).toBe('image/png')
})

test('what a folder has for itself is left where it is', () => {
  expect(['.DS_Store', 'Thumbs.db', '._clip.mov', 'clip.mov'].map((name) => isHidden(file(name)))).toEqual([true, true, true, false])
})

test('a file that was begun is known again by name, size and time; one that moves is not begun twice', () => {
  expect(found([], [item({})])).toEqual({ what: 'again', key: 'k' })
  expect(found([], [item({ phase: 'failed' })])).toEqual({ what: 'again', key: 'k' })
  expect(found([], [item({ phase: 'sending' })])).toEqual({ what: 'known' })
  expect(found([], [item({ phase: 'sent' })])).toEqual({ what: 'known' })
  for (const other of [{ modified: 6 }, { size: 11 }, { name: 'b.mp4' }, { project: 'q' }, { kind: 'audio' as const }])
    expect(found([], [item(other)])).toEqual({ what: 'new' })
})

test('a clip that waits for a file like it gets it, each one file', () => {
  expect(found([clip({})])).toEqual({ what: 'expected', target: 'c' })
  expect(found([clip({ state: 'ready' })])).toEqual({ what: 'new' })
  expect(found([clip({ size_bytes: 11 })])).toEqual({ what: 'new' })
  expect(found([clip({})], [item({ target: 'c', modified: 9 })])).toEqual({ what: 'new' })
  expect(found([clip({}), clip({ id: 'd' })], [], new Set(['c']))).toEqual({ what: 'expected', target: 'd' })
})
