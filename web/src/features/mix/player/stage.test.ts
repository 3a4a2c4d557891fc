import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Cue } from './cues'
import { makeStage } from './stage'

/** As much of a video element as a stage uses. */
class Element extends EventTarget {
  dataset: Record<string, string> = {}
  error: object | null = null
  readyState = 0
  paused = true
  ended = false
  playbackRate = 1
  defaultPlaybackRate = 1
  currentTime = 0
  loads: string[] = []
  frame: (() => void) | null = null
  private address = ''

  get src(): string {
    return this.address
  }

  set src(url: string) {
    this.address = url
    this.loads.push(url)
    this.error = null
    this.readyState = 0
  }

  removeAttribute(): void {
    this.address = ''
  }

  load(): void {}

  pause(): void {
    this.paused = true
  }

  play(): Promise<void> {
    this.paused = false
    return this.error ? Promise.reject(new Error('no')) : Promise.resolve()
  }

  requestVideoFrameCallback(show: () => void): void {
    this.frame = show
  }

  /** It is there, as a browser tells it. */
  arrives(): void {
    this.readyState = 4
    this.dispatchEvent(new Event('loadeddata'))
  }

  fails(): void {
    this.error = {}
    this.dispatchEvent(new Event('error'))
  }
}

const cue = (clip: string, at: number): Cue => ({ clip, at, end: at + 2, start: 1, rate: 1, look: 'none', group: null, caption: null, passage: 'cut', overlap: 0 })

let tick: () => void = () => undefined
beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', (work: () => void) => {
    tick = work
    return 1
  })
  vi.stubGlobal('cancelAnimationFrame', () => undefined)
})
afterEach(() => vi.unstubAllGlobals())

function staged() {
  const [one, other] = [new Element(), new Element()]
  const tell = { time: vi.fn(), shows: vi.fn(), playing: vi.fn(), broken: vi.fn(), loaded: vi.fn() }
  const stage = makeStage([one, other] as never, tell)
  const links = new Map([['a', 'a-1'], ['b', 'b-1']])
  stage.load([cue('a', 0), cue('b', 2)], (clip) => links.get(clip) ?? null)
  return { one, other, tell, stage, links }
}

test('a clip whose link has ended goes on from a new one, where it stood', () => {
  const { one, tell, stage, links } = staged()
  one.arrives()
  stage.play()
  one.currentTime = 2.2
  tick()
  one.fails()
  expect(tell.broken).toHaveBeenCalledWith('a')
  links.set('a', 'a-2')
  stage.mend()
  expect(one.src).toBe('a-2')
  expect(one.currentTime).toBeCloseTo(2.2)
  expect(one.paused).toBe(false)
  one.arrives()
  expect(tell.loaded).toHaveBeenLastCalledWith('a')
})

test('what plays well is left alone', () => {
  const { one, other, stage, links } = staged()
  one.arrives()
  other.arrives()
  links.set('a', 'a-2')
  stage.mend()
  expect([one.loads, other.loads]).toEqual([['a-1'], ['b-1']])
})

test('the clip that comes next is mended too, also when it was its turn already', () => {
  const { one, other, tell, stage, links } = staged()
  one.arrives()
  stage.play()
  other.fails()
  one.currentTime = 3
  tick() // its turn: nothing of it can be seen
  links.set('b', 'b-2')
  stage.mend()
  expect([other.src, other.paused]).toEqual(['b-2', false])
  other.arrives()
  other.frame?.()
  expect(tell.shows).toHaveBeenLastCalledWith(1, 1)
})

test('a clip that has no link is told of, and so is one that a person plays again', () => {
  const { one, tell, stage, links } = staged()
  links.delete('a')
  stage.seek(0)
  expect(tell.broken).toHaveBeenLastCalledWith('a')
  tell.broken.mockClear()
  stage.play()
  expect(tell.broken).toHaveBeenCalledWith('a')
  expect(one.src).toBe('')
})

test('a turn that somebody leaves is not taken later', () => {
  const { one, other, tell, stage } = staged()
  one.arrives()
  other.arrives()
  stage.play()
  one.currentTime = 3
  tick()
  const late = other.frame
  stage.seek(0.5)
  late?.()
  expect(tell.shows).toHaveBeenLastCalledWith(0, 0)
})
