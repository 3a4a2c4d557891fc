import { type RefObject, useEffect, useRef, useState } from 'react'
import type { Cue } from './cues'
import { makeStage, type Stage } from './stage'

export interface Staged {
  stage: RefObject<Stage | null>
  place: number
  element: 0 | 1
  time: number
  playing: boolean
}

interface Asked {
  videos: RefObject<(HTMLVideoElement | null)[]>
  list: readonly Cue[]
  /** A new video: it is loaded anew. */
  id: string
  urls: (clip: string) => string | null
  onBroken: (clip: string) => void
}

/** A stage on two video elements, and what it shows now. */
export function useStage({ videos, list, id, urls, onBroken }: Asked): Staged {
  const stage = useRef<Stage | null>(null)
  const [shown, setShown] = useState<{ place: number; element: 0 | 1 }>({ place: 0, element: 0 })
  const [time, setTime] = useState(0)
  const [playing, setPlaying] = useState(false)
  const latest = useRef({ list, urls, onBroken })
  useEffect(() => {
    latest.current = { list, urls, onBroken }
  })
  useEffect(() => {
    const [first, second] = videos.current
    if (!first || !second) return undefined
    const made = makeStage([first, second], {
      time: (seconds) => setTime((old) => (Math.abs(old - seconds) < 0.04 && seconds !== 0 ? old : seconds)),
      shows: (place, element) => setShown({ place, element }),
      playing: setPlaying,
      broken: (clip) => latest.current.onBroken(clip),
    })
    stage.current = made
    return () => {
      stage.current = null
      made.close()
    }
  }, [videos])
  useEffect(() => {
    stage.current?.load(latest.current.list, (clip) => latest.current.urls(clip))
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a new video is loaded, the same one is not
  }, [id])
  return { stage, ...shown, time, playing }
}
