import { expect, test } from 'vitest'
import { difference } from './difference'
import { likeness, nearest, percentOf, type Shown } from './likeness'

const FPS = 30

function shot(clip: string, { start = 0, frames = 30, speed = '1', look = 'none' } = {}): Shown {
  return { clip_id: clip, name: `${clip}.mp4`, start_frame: start, start_s: start / FPS, frames, duration_s: frames / FPS, speed, look }
}

const cut = (...clips: string[]): Shown[] => clips.map((clip) => shot(clip))

/** Numbers that look random and are the same each time. */
function* dice(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    yield state / 2 ** 32
  }
}

/** Every frame that is seen, each once: an independent count. */
function seen(shots: readonly Shown[]): Set<string> {
  const frames = new Set<string>()
  for (const { clip_id: clip, speed, look, start_frame: start, frames: count } of shots) {
    const [over = 1, under = 1] = speed.split('/').map(Number)
    const first = Math.floor((start * under) / over)
    for (let n = 0; n < count; n += 1) frames.add([clip, speed, look, first + n].join())
  }
  return frames
}

test('likeness is the share of the shorter one whose very frames the other shows, whatever is chosen', () => {
  const roll = dice(7)
  const pick = <T>(from: readonly T[]): T => from[Math.floor((roll.next().value as number) * from.length)] as T
  const video = (): Shown[] =>
    Array.from({ length: pick([1, 2, 3, 5]) }, () =>
      shot(pick(['a', 'b', 'c']), { start: pick([0, 7, 20, 45]), frames: pick([10, 30, 61]), speed: pick(['1', '5/4', '3/4']), look: pick(['none', 'warm']) }),
    )
  for (let n = 0; n < 300; n += 1) {
    const [one, other] = [video(), video()]
    const [first, second] = [seen(one), seen(other)]
    const common = [...first].filter((frame) => second.has(frame)).length
    expect(likeness(one, other)).toBeCloseTo(common / Math.min(first.size, second.size), 10)
    expect(likeness(one, other)).toBe(likeness(other, one))
  }
})

test('the same clips at another speed, in another look, or another part of them are not the same', () => {
  const one = [shot('a'), shot('b')]
  expect(likeness(one, [shot('a', { speed: '1.25' }), shot('b', { look: 'warm' })])).toBe(0)
  expect(likeness(one, [shot('a', { start: 15 }), shot('b')])).toBeCloseTo(45 / 60)
  expect(likeness(cut('a', 'b', 'c'), cut('a', 'x', 'c'))).toBeCloseTo(2 / 3)
  expect(likeness(cut('a'), cut('a', 'b', 'c'))).toBe(1)
  expect(likeness([], cut('a'))).toBe(0)
})

test('the nearest is the one that shares most footage', () => {
  const cuts = new Map([
    [1, { shots: cut('a', 'b') }],
    [2, { shots: [shot('a', { speed: '2' }), shot('b', { speed: '2' })] }],
    [3, { shots: cut('a', 'y') }],
  ])
  expect(nearest(1, cuts)).toEqual({ n: 3, share: 0.5 })
  expect(nearest(1, new Map([[1, { shots: cut('a') }]]))).toBeNull()
})

test('all is said of what is whole only', () => {
  expect([1, 0.9999, 0.4946, 0].map(percentOf)).toEqual([100, 99, 50, 0])
})

const NOTHING = { onlyFirst: [], onlySecond: [], speeds: [], looks: [], parts: [], reordered: false }

test('differences are named: clips, order, speed, look, part', () => {
  expect(difference(cut('a', 'b', 'c'), cut('b', 'a', 'd'))).toEqual({
    ...NOTHING, common: ['a.mp4', 'b.mp4'], onlyFirst: ['c.mp4'], onlySecond: ['d.mp4'], reordered: true,
  })
  expect(difference(cut('a', 'b'), cut('a', 'b'))).toEqual({ ...NOTHING, common: ['a.mp4', 'b.mp4'] })
  const other = [shot('a', { look: 'warm' }), shot('b', { start: 15 })]
  expect(difference(cut('a', 'b'), other)).toEqual({
    ...NOTHING,
    common: ['a.mp4', 'b.mp4'],
    looks: [{ name: 'a.mp4', first: ['none'], second: ['warm'] }],
    parts: [{ name: 'b.mp4', first: [{ from: 0, to: 1 }], second: [{ from: 0.5, to: 1.5 }] }],
  })
  expect(difference(cut('a'), [shot('a', { speed: '5/4', frames: 24 })])).toEqual({
    ...NOTHING, common: ['a.mp4'], speeds: [{ name: 'a.mp4', first: ['1'], second: ['5/4'] }],
  })
})

test('two videos that do not share all always differ in something that is named', () => {
  const roll = dice(3)
  const pick = <T>(from: readonly T[]): T => from[Math.floor((roll.next().value as number) * from.length)] as T
  const video = (): Shown[] => cut('a', 'b').map(({ clip_id: clip }) => shot(clip, { start: pick([0, 1, 40]), speed: pick(['1', '5/4']), look: pick(['none', 'mono']) }))
  for (let n = 0; n < 200; n += 1) {
    const [one, other] = [video(), video()]
    const { speeds, looks, parts } = difference(one, other)
    if (likeness(one, other) < 1) expect(speeds.length + looks.length + parts.length).toBeGreaterThan(0)
  }
})
