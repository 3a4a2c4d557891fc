import { type PointerEvent, useState } from 'react'
import { FRAMES, frameAt } from './frames'

/** Looking through a clip: by moving over it, by dragging a finger across it, by arrow keys. Null shows the poster. */
export function useScrub() {
  const [frame, setFrame] = useState<number | null>(null)
  const look = (event: PointerEvent<HTMLElement>): void => {
    if (event.pointerType === 'mouse' ? event.buttons !== 0 : event.buttons === 0) return
    const box = event.currentTarget.getBoundingClientRect()
    setFrame(frameAt(event.clientX - box.left, box.width))
  }
  return {
    frame,
    step: (by: 1 | -1): void =>
      setFrame((now) => Math.max(0, Math.min(FRAMES - 1, now === null ? (by > 0 ? 0 : FRAMES - 1) : now + by))),
    over: {
      onPointerMove: look,
      onPointerLeave: () => setFrame(null),
      onPointerCancel: () => setFrame(null),
      onBlur: () => setFrame(null),
    },
  }
}
