import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { Clip, Group } from '../../api/library'
import { useText } from '../../i18n/useText'
import { announce } from '../../kit/announce'
import { attempt } from '../../kit/attempt'
import { toast } from '../../kit/toasts'
import { useLatest } from '../../kit/useLatest'
import { type TileActs, useClipChanges } from '../clips/index'
import { type Shown, uploads } from '../uploads/index'
import { dealt, placesOf } from './moves'
import { useGroupChanges } from './queries'

/** What a board's clips have in common: which are selected, which Tab comes to, and what is done to them. */
export function useBoard(project: string, order: readonly Shown[], groups: readonly Group[]) {
  const text = useText()
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [current, setCurrent] = useState<string | null>(null)
  const [opened, setOpened] = useState<string | null>(null)
  const focusNext = useRef<string | null>(null)
  const { place } = useGroupChanges(project)
  const { remove, restore } = useClipChanges(project)

  const there = new Map(order.map((shown) => [shown.key, shown]))
  const clipOf = (key: string): Clip | undefined => there.get(key)?.clip
  const chosen = order.filter(({ key, clip }) => clip && selected.has(key))
  /** What is meant by a key of the board: the selection, if the tile is part of it, else the tile. */
  const meant = (key: string): string[] => {
    const some = selected.has(key) ? chosen : order.filter((shown) => shown.key === key)
    return some.flatMap(({ clip }) => (clip ? [clip.id] : []))
  }

  const move = (ids: readonly string[], to: string | null, position: number | null = null): void => {
    if (ids.length === 0) return
    const before = placesOf(groups, ids)
    const group = groups.find(({ id }) => id === to)
    const at = position ?? (group ? group.clip_ids.filter((id) => !ids.includes(id)).length + 1 : 1)
    const done = text(group ? 'groups.moved' : 'groups.taken-out', { count: ids.length, group: group?.name ?? '' })
    attempt(place.mutateAsync([{ group: to, ids: [...ids], position: at }]))
    setSelected(new Set())
    announce(done)
    const undo = { label: text('kit.undo'), run: () => attempt(place.mutateAsync(before)) }
    toast({ text: done, kind: 'moved', act: undo })
  }
  /** Share clips out to all groups. */
  const deal = (ids: readonly string[]): void => {
    const done = text('groups.dealt', { count: ids.length })
    attempt(place.mutateAsync(dealt(groups, ids)))
    setSelected(new Set())
    announce(done)
    const undo = { label: text('kit.undo'), run: () => attempt(place.mutateAsync([{ group: null, ids: [...ids], position: 1 }])) }
    toast({ text: done, kind: 'moved', act: undo })
  }
  const drop = (ids: readonly string[]): void => {
    if (ids.length === 0) return
    const before = placesOf(groups, ids).filter(({ group }) => group !== null)
    const undo = (): void =>
      attempt(restore.mutateAsync(ids), () => before.length > 0 && attempt(place.mutateAsync(before)))
    const done = text('groups.clips-deleted', { count: ids.length })
    attempt(remove.mutateAsync(ids), () => {
      uploads.deleted(ids)
      toast({ text: done, act: { label: text('kit.undo'), run: undo } })
      announce(done)
    })
    setSelected(new Set())
  }

  const near = (key: string, by: number): string | undefined => {
    const at = order.findIndex((shown) => shown.key === key)
    return order[Math.max(0, Math.min(order.length - 1, at + by))]?.key
  }
  const onKey = (key: string, event: KeyboardEvent<HTMLElement>): boolean => {
    const to = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -order.length, End: order.length }[event.key]
    if (to !== undefined) focusTile(near(key, to))
    else if (/^[1-9]$/.test(event.key)) {
      const group = groups[Number(event.key) - 1]
      if (group === undefined) return false
      focusNext.current = key
      move(meant(key), group.id)
    } else if (event.key === '0') {
      focusNext.current = key
      move(meant(key), null)
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      focusNext.current = near(key, 1) === key ? (near(key, -1) ?? null) : (near(key, 1) ?? null)
      drop(meant(key))
    } else if (event.key === 'Escape') setSelected(new Set())
    else if (event.key === 'a') setSelected(new Set(order.flatMap((shown) => (shown.clip ? [shown.key] : []))))
    else return false
    return true
  }

  // A tile that changed its column is a new one: the focus goes with it.
  useEffect(() => {
    if (focusNext.current === null || document.activeElement !== document.body) return
    focusTile(focusNext.current)
    focusNext.current = null
  })

  const latest = useLatest({ onKey, order, current })
  const acts = useMemo<TileActs>(
    () => ({
      open: setOpened,
      focused: setCurrent,
      key: (key, event) => latest.current.onKey(key, event),
      select(key, range) {
        const { order: all, current: from } = latest.current
        setSelected((old) => (range && from !== null ? withRange(old, all, from, key) : toggled(old, key)))
        setCurrent(key)
      },
    }),
    [latest],
  )
  const first = order[0]?.key ?? null
  return {
    acts, chosen, selected, opened, setOpened, move, deal, drop, clipOf,
    current: current !== null && there.has(current) ? current : first,
    clear: () => setSelected(new Set()),
  }
}

function focusTile(key: string | undefined): void {
  if (key !== undefined) document.querySelector<HTMLElement>(`[data-tile="${CSS.escape(key)}"]`)?.focus()
}

function toggled(old: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(old)
  if (!next.delete(key)) next.add(key)
  return next
}

function withRange(old: ReadonlySet<string>, order: readonly Shown[], from: string, to: string): ReadonlySet<string> {
  const [a, b] = [from, to].map((key) => order.findIndex((shown) => shown.key === key)).sort((x, y) => x - y)
  return new Set([...old, ...order.slice(a, (b ?? 0) + 1).flatMap((shown) => (shown.clip ? [shown.key] : []))])
}
