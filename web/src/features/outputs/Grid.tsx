import { useElementSize } from '@mantine/hooks'
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type MouseEvent, type Ref, useCallback, useId, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react'
import { useText } from '../../i18n/useText'
import css from './grid.module.css'
import type { Output } from './merge'
import { move } from './move'
import { all, extend, NOTHING, type Selection, toggle } from './select'
import { Tile } from './Tile'

const GAP = 14
const BELOW = 50 // pixels of a tile below its picture
const NARROW = 150 // of a tile; wide pictures take more

export interface GridHandle {
  focus: () => void
}

interface GridProps {
  outputs: readonly Output[]
  /** Width to height of the pictures. */
  ratio: number
  selection: Selection
  opened: number | null
  coloursOf: (n: number) => readonly { frames: number; color: string }[]
  onSelect: (selection: Selection) => void
  onOpen: (n: number) => void
  onStale: () => void
  handle: Ref<GridHandle>
}

/** All videos, a thousand or three: arrows lead on, Space marks, Shift marks a range, Enter plays. */
export function Grid({ outputs, ratio, selection, opened, coloursOf, onSelect, onOpen, onStale, handle }: GridProps) {
  const text = useText()
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const { ref: sized, width } = useElementSize()
  const [active, setActive] = useState(0)
  const [top, setTop] = useState(0)
  const columns = Math.max(2, Math.floor((width + GAP) / ((ratio > 1 ? 1.5 : 1) * NARROW + GAP)))
  const tile = width > 0 ? (width - GAP * (columns - 1)) / columns : NARROW
  const row = Math.round(tile / ratio) + BELOW + GAP
  const rows = Math.ceil(outputs.length / columns)
  // oxlint-disable-next-line react/incompatible-library -- its answers change with the scroll, which draws this anew
  const virtual = useWindowVirtualizer({ count: rows, estimateSize: () => row, overscan: 2, scrollMargin: top })
  useLayoutEffect(() => virtual.measure(), [row, virtual])
  useLayoutEffect(() => {
    if (box.current) setTop(box.current.getBoundingClientRect().top + window.scrollY)
  }, [width])
  useImperativeHandle(handle, () => ({ focus: () => box.current?.focus({ preventScroll: true }) }))
  const numbers = outputs.map(({ n }) => n)
  const place = Math.min(active, Math.max(0, outputs.length - 1))
  const go = (to: number): void => {
    setActive(to)
    virtual.scrollToIndex(Math.floor(to / columns))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const layout = { total: outputs.length, columns, rows: Math.floor(window.innerHeight / row) }
    const to = move(event.key, place, layout)
    const marked = selection.chosen.size > 0
    const known = to !== null || [' ', 'Enter', marked && 'Escape'].includes(event.key) || (event.key === 'a' && (event.ctrlKey || event.metaKey))
    if (!known) return
    event.preventDefault()
    if (to !== null) {
      if (event.shiftKey) onSelect(extend(selection, numbers, to, place))
      go(to)
    } else if (event.key === ' ') onSelect(event.shiftKey ? extend(selection, numbers, place, place) : toggle(selection, numbers, place))
    else if (event.key === 'Enter') onOpen(numbers[place] ?? 1)
    else if (event.key === 'Escape') onSelect(NOTHING)
    else onSelect(all(numbers))
  }
  const onClick = (event: MouseEvent): void => {
    const target = event.target as HTMLElement
    const at = Number(target.closest<HTMLElement>('[data-place]')?.dataset['place'] ?? Number.NaN)
    if (Number.isNaN(at)) return
    setActive(at)
    if (event.shiftKey) onSelect(extend(selection, numbers, at, place))
    else if (target.closest('[data-mark]') || event.ctrlKey || event.metaKey) onSelect(toggle(selection, numbers, at))
    else onOpen(numbers[at] ?? 1)
  }
  const first = useCallback((node: HTMLDivElement | null) => void (box.current = node), [])
  return (
    <div ref={sized} className={css['outer']}>
      <div
        ref={first}
        className={css['grid']}
        role="listbox"
        tabIndex={0}
        aria-label={text('outputs.all', { count: outputs.length })}
        aria-multiselectable
        aria-activedescendant={outputs.length > 0 ? `${id}-${place}` : undefined}
        data-marking={selection.chosen.size > 0 || undefined}
        style={{ height: virtual.getTotalSize() }}
        onKeyDown={onKeyDown}
        onClick={onClick}
      >
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            role="presentation"
            className={css['row']}
            style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`, transform: `translateY(${start - top}px)`, ['--ratio' as string]: ratio }}
          >
            {outputs.slice(index * columns, (index + 1) * columns).map((output, n) => (
              <Tile
                key={output.n}
                id={`${id}-${index * columns + n}`}
                output={output}
                place={index * columns + n}
                total={outputs.length}
                active={index * columns + n === place}
                chosen={selection.chosen.has(output.n)}
                open={output.n === opened}
                colours={coloursOf(output.n)}
                onStale={onStale}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  )
}
