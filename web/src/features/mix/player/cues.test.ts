import { expect, test } from 'vitest'
import type { Shot } from '../queries'
import { clipTime, cueAt, cues, lengthOf, videoTime } from './cues'
import { simplified } from './near'

function shot(at_s: number, duration_s: number, more: Partial<Shot> = {}): Shot {
  const base = { clip_id: `c${at_s}`, name: 'a.mp4', at_frame: 0, start_frame: 0, start_s: 0, frames: 0, speed: '1', look: 'none', transition: null, group: null, caption: null }
  return { ...base, at_s, duration_s, ...more }
}

const list = cues([shot(0, 2), shot(2, 3, { start_s: 1.5, speed: '5/4' }), shot(4.5, 2, {})], 30)

test('a time of the video finds its clip, and where that stands', () => {
  expect([0, 1.99, 2, 4.4, 4.5, 99].map((time) => cueAt(list, time))).toEqual([0, 0, 1, 1, 2, 2])
  expect(list[1] && clipTime(list[1], 3)).toBeCloseTo(1.5 + 1.25)
  expect(list[1] && videoTime(list[1], 1.5 + 1.25)).toBeCloseTo(3)
  expect(list[1] && videoTime(list[1], 99)).toBe(5)
  expect(lengthOf(list)).toBe(6.5)
  expect(lengthOf([])).toBe(0)
})

test('going to a clip and back is the same time, whatever the speed', () => {
  for (const cue of list)
    for (let time = cue.at; time <= cue.end; time += 0.1) expect(videoTime(cue, clipTime(cue, time))).toBeCloseTo(time)
})

test('a transition is seen with the next clip for its frames', () => {
  const [first] = cues([shot(0, 2, { transition: { kind: 'dissolve', frames: 15 } })], 30)
  expect(first).toMatchObject({ passage: 'dissolve', overlap: 0.5 })
})

test('what is simplified is what is used', () => {
  expect(simplified({})).toEqual([])
  expect(simplified({ looks: ['none'], transition: 'cut', fit: 'crop' })).toEqual([])
  expect(simplified({ looks: ['none', 'warm'], transition: 'wipe', fit: 'blur', caption: 'Hi', music: { asset: 'a' } })).toEqual([
    'looks', 'transitions', 'frame', 'captions', 'sound',
  ])
})
