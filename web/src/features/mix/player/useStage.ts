import { type RefObject, useEffect, useRef, useState } from 'react'
import type { Cue } from './cues'
import { makeMending, type Mending } from './mending'
import { makeStage, type Stage } from './stage'

const NONE: ReadonlySet<string> = new Set()

export interface Staged {
  stage: RefObject<Stage | null>
  place: number
  element: 0 | 1
  time: number
  playing: boolean
  /** Clips that this browser cannot play. */
  broken: ReadonlySet<string>
  play: () => void
}

type Links = (clip: string) => string | null

interface Asked {
  videos: RefObject<(HTMLVideoElement | null)[]>
  list: readonly Cue[]
  /** A new video: it is loaded anew. */
  id: string
  urls: Links
  /** Asks for new links, where one does not do. */
  onStale: () => Promise<Links>
}

/** A stage on two video elements, and what it shows now. */
export function useStage({ videos, list, id, urls, onStale }: Asked): Staged {
  const stage = useRef<Stage | null>(null)
  const mending = useRef<Mending | null>(null)
  const [shown, setShown] = useState<{ place: number; element: 0 | 1 }>({ place: 0, element: 0 })
  const [time, setTime] = useState(0)
  const [playing, setPlaying] = useState(false)
  const [broken, setBroken] = useState<ReadonlySet<string>>(NONE)
  const latest = useRef({ list, urls, onStale })
  useEffect(() => {
    latest.current = { list, urls, onStale }
  })
  useEffect(() => {
    const [first, second] = videos.current
    if (!first || !second) return undefined
    const mends = makeMending<Links>({
      ask: () => latest.current.onStale(),
      mend(links) {
        latest.current.urls = links // what is drawn has them a moment later
        stage.current?.mend()
      },
      givenUp: setBroken,
    })
    const made = makeStage([first, second], {
      time: (seconds) => setTime((old) => (Math.abs(old - seconds) < 0.04 && seconds !== 0 ? old : seconds)),
      shows: (place, element) => setShown({ place, element }),
      playing: setPlaying,
      broken: mends.broken,
      loaded: mends.loaded,
    })
    stage.current = made
    mending.current = mends
    return () => {
      stage.current = null
      made.close()
    }
  }, [videos])
  useEffect(() => {
    stage.current?.load(latest.current.list, (clip) => latest.current.urls(clip))
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a new video is loaded, the same one is not
  }, [id])
  const play = (): void => {
    mending.current?.again()
    stage.current?.play()
  }
  return { stage, ...shown, time, playing, broken, play }
}
