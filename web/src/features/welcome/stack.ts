/**
 * Stack: plays a planned video of shots on two `<video>` elements, one above the other. While one plays, the other is
 * made ready with the next shot; it comes to the front with its first frame, so that no gap is seen between them.
 */
import type { Shot } from './samples'

const AHEAD_S = 0.03 // a shot is left this long before its end: about a frame
const LOOKS: Record<string, string> = { none: 'none', warm: 'sepia(0.28) saturate(1.25) hue-rotate(-8deg)' }

export interface Watcher {
  /** A shot has come to the front; `n` counts from 0. */
  shown: (n: number) => void
  /** The last shot has ended. */
  ended: () => void
}

export class Stack {
  private front: HTMLVideoElement
  private rear: HTMLVideoElement
  private shots: readonly Shot[] = []
  private seen: readonly Shot[] | null = null // those of which one is in front
  private paused = false
  private n = 0
  private frame = 0
  private run = 0 // which playing this is: what belongs to an earlier one is dropped

  constructor(
    one: HTMLVideoElement,
    other: HTMLVideoElement,
    private readonly watcher: Watcher,
  ) {
    this.front = other
    this.rear = one
  }

  /** Play these shots from the first on. */
  async play(shots: readonly Shot[]): Promise<void> {
    this.halt()
    const run = (this.run += 1)
    this.shots = shots
    this.seen = null
    this.paused = false
    this.n = 0
    const [first] = shots
    if (first === undefined) return
    await ready(this.rear, first)
    if (run === this.run) await this.swap(run)
  }

  /** Go on with shots that were paused; others are played from the first on. */
  go(shots: readonly Shot[]): Promise<void> {
    return shots === this.seen ? this.resume() : this.play(shots)
  }

  pause(): void {
    this.paused = true
    cancelAnimationFrame(this.frame)
    this.front.pause()
  }

  private async resume(): Promise<void> {
    this.paused = false
    await this.front.play()
    this.follow(this.run)
  }

  /** Stop for good, or until `play`. */
  halt(): void {
    this.run += 1
    this.pause()
    this.rear.pause()
  }

  private async swap(run: number): Promise<void> {
    const next = this.rear
    await next.play()
    await firstFrame(next)
    if (run !== this.run) return
    next.style.zIndex = '2'
    this.front.style.zIndex = '1'
    this.front.pause()
    this.rear = this.front
    this.front = next
    this.seen = this.shots
    this.watcher.shown(this.n)
    const following = this.shots[this.n + 1]
    if (following) void ready(this.rear, following)
    if (this.paused) next.pause() // while it was on its way
    else this.follow(run)
  }

  /** Watch the shot that plays until it is over. */
  private follow(run: number): void {
    const shot = this.shots[this.n]
    if (shot === undefined) return
    const end = shot.start + shot.seconds * shot.speed - AHEAD_S
    const look = (): void => {
      if (run !== this.run) return
      if (this.front.currentTime < end && !this.front.ended) {
        this.frame = requestAnimationFrame(look)
        return
      }
      this.n += 1
      if (this.n < this.shots.length) void this.swap(run).catch(() => undefined)
      else this.watcher.ended()
    }
    cancelAnimationFrame(this.frame)
    this.frame = requestAnimationFrame(look)
  }
}

/** Make a video stand at the beginning of a shot. */
async function ready(video: HTMLVideoElement, shot: Shot): Promise<void> {
  const source = `/samples/${shot.clip}.mp4`
  if (video.getAttribute('src') !== source) {
    video.preload = 'auto' // not before somebody plays: then nothing would come without it
    video.src = source
    await once(video, 'loadedmetadata')
  }
  video.style.filter = LOOKS[shot.look] ?? 'none'
  video.playbackRate = shot.speed
  if (Math.abs(video.currentTime - shot.start) > 0.01) {
    video.currentTime = shot.start
    await once(video, 'seeked')
  }
  video.playbackRate = shot.speed
}

function once(video: HTMLVideoElement, event: string): Promise<unknown> {
  return new Promise((done) => {
    video.addEventListener(event, done, { once: true })
  })
}

function firstFrame(video: HTMLVideoElement): Promise<unknown> {
  if (!('requestVideoFrameCallback' in video)) return Promise.resolve()
  return new Promise((done) => {
    video.requestVideoFrameCallback(done)
    setTimeout(done, 300) // a hidden page draws no frames
  })
}
