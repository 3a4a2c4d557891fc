import { expect, test } from 'vitest'
import { begin } from './draft'
import type { Clip, Group } from './queries'

const clip = (id: string, state: Clip['state'], height = 1920) => ({ id, state, facts: state === 'ready' ? { width: 1080, height } : null }) as Clip
const group = (id: string, ...clips: string[]) => ({ id, clip_ids: clips }) as Group

test('groups are mixed where there are some, also while their clips are read, but not of clips that were refused', () => {
  const groups = [group('hook', 'a'), group('body', 'b'), group('call', 'c')]
  expect(begin([clip('a', 'ready'), clip('b', 'expected')], groups)).toMatchObject({ mode: 'groups' })
  expect(begin([clip('a', 'ready'), clip('b', 'rejected')], groups)).not.toHaveProperty('mode')
  expect(begin([clip('a', 'ready')], [group('hook', 'a')])).not.toHaveProperty('mode')
})

test('the shape is that of most clips', () => {
  expect(begin([clip('a', 'ready'), clip('b', 'ready'), clip('c', 'ready', 720)], [])).toEqual({ aspect: '9:16' })
  expect(begin([clip('a', 'ready', 720), clip('b', 'expected')], [])).toEqual({})
})
