import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Shot } from './samples'
import { Stack } from './stack'

/** As much of a video element as a stack uses; all comes at once. */
class Element extends EventTarget {
  style: Record<string, string> = {}
  preload = ''
  paused = true
  ended = false
  playbackRate = 1
  private address: string | null = null
  private at = 0

  set src(url: string) {
    this.address = url
    queueMicrotask(() => this.dispatchEvent(new Event('loadedmetadata')))
  }

  getAttribute(): string | null {
    return this.address
  }

  get currentTime(): number {
    return this.at
  }

  set currentTime(seconds: number) {
    this.at = seconds
    queueMicrotask(() => this.dispatchEvent(new Event('seeked')))
  }

  pause(): void {
    this.paused = true
  }

  async play(): Promise<void> {
    if (this.address === null) throw new Error('nothing to play')
    this.paused = false
  }
}

beforeEach(() => {
  vi.stubGlobal('requestAnimationFrame', () => 1)
  vi.stubGlobal('cancelAnimationFrame', () => undefined)
})
afterEach(() => vi.unstubAllGlobals())

const shots = (...clips: string[]): Shot[] => clips.map((clip) => ({ clip, start: 1, seconds: 2, speed: 1, look: 'none' }))

function stacked() {
  const elements = [new Element(), new Element()]
  const stack = new Stack(elements[0] as never, elements[1] as never, { shown: () => undefined, ended: () => undefined })
  const playing = (): (string | null)[] => elements.filter(({ paused }) => !paused).map((one) => one.getAttribute())
  return { stack, playing, elements }
}

test('what was paused goes on, and what was chosen meanwhile is played instead', async () => {
  const { stack, playing, elements } = stacked()
  const [first, other] = [shots('pour', 'dive'), shots('logo')]
  await stack.go(first)
  expect(playing()).toEqual(['/samples/pour.mp4'])
  const front = elements.find(({ paused }) => !paused) as Element
  front.currentTime = 1.7
  stack.pause()
  await stack.go(first)
  expect([playing(), front.currentTime]).toEqual([['/samples/pour.mp4'], 1.7])
  stack.pause()
  await stack.go(other)
  expect(playing()).toEqual(['/samples/logo.mp4'])
})

test('what is paused before it is there stands still, and is played when asked for', async () => {
  const { stack, playing } = stacked()
  const first = shots('pour')
  const begun = stack.go(first)
  stack.pause()
  await begun
  expect(playing()).toEqual([])
  await stack.go(first)
  expect(playing()).toEqual(['/samples/pour.mp4'])
})
