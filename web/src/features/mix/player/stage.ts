/**
 * Stage: plays a planned video from the clips themselves on two stacked video elements. While one plays, the other
 * stands ready at the next clip's first picture; it comes in front once it shows it, so that nothing flickers.
 */
import { clipTime, type Cue, cueAt, lengthOf, videoTime } from './cues'

export interface Tell {
  time: (seconds: number) => void
  /** Which cue is seen, and on which of the two elements. */
  shows: (place: number, element: 0 | 1) => void
  playing: (now: boolean) => void
  /** A clip cannot be played: its link is too old, or this browser cannot. */
  broken: (clip: string) => void
  /** A clip can be played. */
  loaded: (clip: string) => void
}

export interface Stage {
  load: (list: readonly Cue[], urls: (clip: string) => string | null) => void
  play: () => void
  pause: () => void
  seek: (seconds: number) => void
  /** Load again what could not be played, from the links there are now, and go on where it stood. */
  mend: () => void
  time: () => number
  close: () => void
}

type Two = readonly [HTMLVideoElement, HTMLVideoElement]

/** It has no picture and will have none: its file was refused, or there was no link to it. */
const isBroken = (element: HTMLVideoElement): boolean => element.error !== null || !element.src

const nowhere = (): null => null

function start(element: HTMLVideoElement): void {
  element.play().catch(() => undefined) // paused before it began, or its error is told by its event
}

export function makeStage(videos: Two, tell: Tell): Stage {
  let list: readonly Cue[] = []
  let urls: (clip: string) => string | null = nowhere
  let front: 0 | 1 = 0
  let at = 0
  let wants = false
  let turns = 0
  let passing = 0 // which turn from one clip to the next is under way
  let stood = 0 // the time of the video that is shown while nothing plays
  let frame = 0
  const back = (): 0 | 1 => (front === 0 ? 1 : 0)

  const set = (element: HTMLVideoElement, cue: Cue, seconds: number): void => {
    const url = urls(cue.clip)
    const other = element.dataset['clip'] !== cue.clip || element.src !== url || element.error !== null
    element.dataset['clip'] = cue.clip
    if (url === null) {
      element.removeAttribute('src')
      element.load()
      return tell.broken(cue.clip)
    }
    if (other) element.src = url
    element.playbackRate = cue.rate
    element.defaultPlaybackRate = cue.rate
    element.currentTime = seconds
  }
  const prepare = (): void => {
    const next = list[at + 1]
    if (next) set(videos[back()], next, next.start)
  }
  const now = (): number => {
    const cue = list[at]
    return cue && videos[front].readyState > 0 && wants ? videoTime(cue, videos[front].currentTime) : stood
  }
  const turn = (): void => {
    const [old, fresh] = [videos[front], videos[back()]]
    const { overlap = 0 } = list[at] ?? {}
    turns += 1
    const mine = turns
    passing = mine
    start(fresh)
    if (overlap === 0) old.pause() // its last picture stays until the new one is there
    const show = (): void => {
      if (passing !== mine) return // somewhere else by now
      passing = 0
      front = back()
      at += 1
      tell.shows(at, front)
      setTimeout(() => {
        if (videos[front] === old) return
        old.pause()
        prepare()
      }, overlap * 1000)
    }
    if ('requestVideoFrameCallback' in fresh) fresh.requestVideoFrameCallback(show)
    else show()
  }
  const finish = (): void => {
    wants = false
    videos[front].pause()
    stood = lengthOf(list)
    tell.time(stood)
    tell.playing(false)
  }
  const tick = (): void => {
    frame = requestAnimationFrame(tick)
    const cue = list[at]
    if (!wants || cue === undefined || passing > 0) return
    stood = now()
    tell.time(stood)
    const next = list[at + 1]
    const over = videos[front].ended || stood >= (next ? next.at : cue.end) - 0.008
    if (over && next) turn()
    else if (over) finish()
  }
  const listeners = new AbortController()
  for (const element of videos) {
    const { signal } = listeners
    element.addEventListener('error', () => tell.broken(element.dataset['clip'] ?? ''), { signal })
    element.addEventListener('loadeddata', () => tell.loaded(element.dataset['clip'] ?? ''), { signal })
  }
  frame = requestAnimationFrame(tick)

  const stage: Stage = {
    load(next, links) {
      for (const element of videos) element.pause()
      ;[list, urls, wants, passing] = [next, links, false, 0]
      tell.playing(false)
      stage.seek(0)
    },
    play() {
      if (list.length === 0) return
      if (stood >= lengthOf(list) - 0.05) stage.seek(0)
      if (isBroken(videos[front])) tell.broken(videos[front].dataset['clip'] ?? '')
      wants = true
      start(videos[front])
      tell.playing(true)
    },
    pause() {
      stood = now()
      wants = false
      for (const element of videos) element.pause()
      tell.playing(false)
    },
    seek(seconds) {
      const cue = list[cueAt(list, seconds)]
      if (cue === undefined) return
      stood = Math.min(seconds, lengthOf(list))
      at = list.indexOf(cue)
      passing = 0
      videos[back()].pause()
      set(videos[front], cue, clipTime(cue, stood))
      if (wants) start(videos[front])
      tell.shows(at, front)
      tell.time(stood)
      prepare()
    },
    mend() {
      const cue = list[at]
      if (cue && isBroken(videos[front])) {
        set(videos[front], cue, clipTime(cue, stood))
        if (wants) start(videos[front])
      }
      if (!isBroken(videos[back()])) return
      prepare()
      if (passing > 0) start(videos[back()])
    },
    time: now,
    close() {
      cancelAnimationFrame(frame)
      listeners.abort()
      for (const element of videos) {
        element.pause()
        element.removeAttribute('src')
        element.load()
      }
    },
  }
  return stage
}
