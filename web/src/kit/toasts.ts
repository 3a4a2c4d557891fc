/** Toasts: short words on what was done, with the way back. `toast({ text, act: { label, run } })`. */
import { useSyncExternalStore } from 'react'

const SHOWN_MS = 6000
const WITH_ACT_MS = 10_000
const WITH_REQUEST_MS = 30_000 // it is copied or written down

export interface Toast {
  text: string
  bad?: boolean
  /** The number of the request that failed, to be told to us. */
  request?: string
  /** Words of one kind take each other's place. */
  kind?: string
  act?: { label: string; run: () => void }
}

export interface Shown extends Toast {
  id: number
}

const listeners = new Set<() => void>()
let shown: readonly Shown[] = []
let last = 0

export function toast(what: Toast): void {
  const id = (last += 1)
  const others = shown.filter(({ kind }) => kind === undefined || kind !== what.kind)
  become([...others.slice(-2), { ...what, id }])
  setTimeout(() => dismiss(id), what.request ? WITH_REQUEST_MS : what.act ? WITH_ACT_MS : SHOWN_MS)
}

export function dismiss(id: number): void {
  become(shown.filter((one) => one.id !== id))
}

export function useToasts(): readonly Shown[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => shown,
  )
}

function become(next: readonly Shown[]): void {
  shown = next
  for (const listener of listeners) listener()
}
