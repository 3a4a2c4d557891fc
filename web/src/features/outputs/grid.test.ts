import { expect, test } from 'vitest'
import { isThere, merge, none, type Output } from './merge'
import { move } from './move'
import { all, extend, NOTHING, toggle } from './select'

const layout = { total: 11, columns: 4, rows: 2 }

const to = (key: string, from: number) => move(key, from, layout)

test('keys lead through the grid and stop at its edges', () => {
  expect([to('ArrowRight', 0), to('ArrowRight', 10), to('ArrowLeft', 0), to('ArrowLeft', 5)]).toEqual([1, 10, 0, 4])
  expect([to('ArrowDown', 1), to('ArrowDown', 7), to('ArrowDown', 9), to('ArrowUp', 2), to('ArrowUp', 6)]).toEqual([5, 10, 9, 2, 2])
  expect([to('PageDown', 1), to('PageDown', 9), to('PageUp', 9), to('PageUp', 5)]).toEqual([9, 9, 1, 1])
  expect([to('Home', 7), to('End', 0), to('x', 3)]).toEqual([0, 10, null])
})

test('no key leads out of the grid', () => {
  for (let total = 1; total <= 13; total += 1)
    for (let columns = 1; columns <= 5; columns += 1)
      for (let from = 0; from < total; from += 1)
        for (const key of ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End']) {
          const end = move(key, from, { total, columns, rows: 2 })
          expect(end).toBeGreaterThanOrEqual(0)
          expect(end).toBeLessThan(total)
        }
})

test('one is marked, a range from there, and all', () => {
  const numbers = [3, 5, 7, 9, 11]
  const one = toggle(NOTHING, numbers, 1)
  expect([...one.chosen]).toEqual([5])
  expect([...extend(one, numbers, 3, 0).chosen]).toEqual([5, 7, 9])
  expect([...extend(NOTHING, numbers, 0, 2).chosen]).toEqual([3, 5, 7])
  expect(toggle(one, numbers, 1).chosen.size).toBe(0)
  expect([...all(numbers).chosen]).toEqual(numbers)
})

function output(n: number, seq: number): Output {
  const state = seq > 6 ? 'made' : 'planned'
  return {
    n, seq, state, title: `Video ${n}`, file_name: '', media_type: '', work: 1, progress: Math.min(1, seq / 7), price: 1, duration_s: null, width: null, height: null,
    fps: null, size_bytes: null, sha256: null, parts: [], reason: null, poster_url: null, settled_at: null, expires_at: null, gone_at: null,
  }
}

/** Numbers that look random and are the same each time. */
function* dice(seed: number): Generator<number> {
  for (let state = seed; ; ) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    yield state / 2 ** 32
  }
}

test('no output moves backwards, in whatever order answers come', () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const roll = dice(seed)
    const next = (): number => roll.next().value as number
    const answers = Array.from({ length: 30 }, () => output(1 + Math.floor(next() * 4), Math.floor(next() * 10)))
    let known = none(0)
    for (const fresh of answers) {
      const before = new Map(known.items.map((each) => [each.n, each]))
      const seen = known.seq
      known = merge(known, [fresh], fresh.seq)
      expect(known.seq).toBeGreaterThanOrEqual(seen)
      for (const each of known.items) {
        expect(each.seq).toBeGreaterThanOrEqual(before.get(each.n)?.seq ?? 0)
        expect(each.progress).toBeGreaterThanOrEqual(before.get(each.n)?.progress ?? 0)
      }
    }
    const latest = (n: number) => Math.max(...answers.filter((each) => each.n === n).map(({ seq }) => seq))
    for (const each of known.items) expect(each.seq).toBe(latest(each.n))
    expect(known.items.map(({ n }) => n)).toEqual(known.items.map(({ n }) => n).sort((a, b) => a - b))
  }
})

test('outputs that did not change stay the same objects, so that their tiles are not drawn again', () => {
  const known = merge(none(0), [output(1, 3), output(2, 3)], 3)
  const after = merge(known, [output(2, 4)], 4)
  expect(after.items[0]).toBe(known.items[0])
  expect(merge(after, [], 4).items).toBe(after.items)
})

test('a video that was lost or is over is not there', () => {
  const made = output(1, 9)
  expect(isThere(made)).toBe(true)
  expect(isThere({ ...made, gone_at: '2026-01-01T00:00:00Z' })).toBe(false)
  expect(isThere({ ...made, expires_at: '2020-01-01T00:00:00Z' })).toBe(false)
})
