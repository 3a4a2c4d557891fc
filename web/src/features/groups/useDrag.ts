import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { setCustomNativeDragPreview } from '@atlaskit/pragmatic-drag-and-drop/element/set-custom-native-drag-preview'
import { type RefObject, useEffect, useState } from 'react'
import { useLatest } from '../../kit/useLatest'

export type Edge = 'before' | 'after'

interface Dragged {
  /** What is dragged with this one: clips. */
  ids: () => string[]
  /** What the drag shows, where more than one is dragged. */
  words: (count: number) => string
}

interface Target {
  drop: (ids: string[], edge: Edge) => void
}

/** A clip that can be dragged, and dropped beside. */
export function useDragClip(box: RefObject<HTMLElement | null>, dragged: Dragged, target: Target | null): Edge | null {
  const [edge, setEdge] = useState<Edge | null>(null)
  const latest = useLatest({ dragged, target })
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    return combine(
      draggable({
        element,
        getInitialData: () => ({ clips: latest.current.dragged.ids() }),
        canDrag: () => latest.current.dragged.ids().length > 0,
        onGenerateDragPreview({ nativeSetDragImage, source }) {
          const ids = source.data['clips'] as string[]
          if (ids.length < 2) return
          setCustomNativeDragPreview({
            nativeSetDragImage,
            render({ container }) {
              container.textContent = latest.current.dragged.words(ids.length)
              container.style.cssText = 'padding:10px 16px;border-radius:20px;background:#1b1a17;color:#fff;font:600 14px sans-serif'
            },
          })
        },
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => latest.current.target !== null && Array.isArray(source.data['clips']),
        onDrag: ({ location }) => setEdge(edgeAt(element, location.current.input.clientX)),
        onDragLeave: () => setEdge(null),
        onDrop({ source, location }) {
          setEdge(null)
          latest.current.target?.drop(source.data['clips'] as string[], edgeAt(element, location.current.input.clientX))
        },
      }),
    )
  }, [box, latest])
  return edge
}

/** A group that takes clips; whether some are over it. */
export function useDropGroup(box: RefObject<HTMLElement | null>, drop: (ids: string[]) => void): boolean {
  const [over, setOver] = useState(false)
  const latest = useLatest(drop)
  useEffect(() => {
    const element = box.current
    if (element === null) return undefined
    return dropTargetForElements({
      element,
      canDrop: ({ source }) => Array.isArray(source.data['clips']),
      onDragEnter: () => setOver(true),
      onDragLeave: () => setOver(false),
      onDrop({ source, location, self }) {
        setOver(false)
        const [innermost] = location.current.dropTargets
        if (innermost?.element === self.element) latest.current(source.data['clips'] as string[])
      },
    })
  }, [box, latest])
  return over
}

function edgeAt(element: HTMLElement, x: number): Edge {
  const box = element.getBoundingClientRect()
  return x < box.left + box.width / 2 ? 'before' : 'after'
}
