/**
 * Order: one order is one key, made before it is sent and kept until there is an answer. A second click, and a reload
 * before the answer, send the same again, and the API orders nothing twice. Nobody's click sends anything else: an
 * order without an answer is sent again or forgotten first.
 */
import { isOpen } from '../../api/errors'
import type { Values } from '../../form/values'

export interface Order {
  key: string
  spec: Values
  /** When it was last sent, in milliseconds. */
  sent: number
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
type Send<T> = (order: Order) => Promise<T>

const RECENT_MS = 120_000
const KEY_MS = 6 * 86_400_000 // less than the API keeps an answer under its key
const place = (project: string): string => `medley.order:${project}`

export function newOrder(spec: Values): Order {
  return { key: crypto.randomUUID(), spec, sent: 0 }
}

/** The order that was sent and has no answer yet; none that is too old for the API to know it again. */
export function unanswered(store: Store, project: string, now = Date.now()): Order | null {
  const kept = store.getItem(place(project))
  if (kept === null) return null
  try {
    const order = JSON.parse(kept) as Order
    const whole = typeof order.key === 'string' && typeof order.spec === 'object' && typeof order.sent === 'number'
    return whole && now - order.sent < KEY_MS ? order : null
  } catch {
    return null
  }
}

/** Whether an order was under way just now: the page was read anew meanwhile, and goes on with it by itself. */
export function isUnderWay({ sent }: Order, now = Date.now()): boolean {
  return now - sent < RECENT_MS
}

/** Send an order. Raises: ApiError; the order is kept if nobody knows whether it arrived. */
export async function placeOrder<T>(store: Store, project: string, order: Order, send: Send<T>): Promise<T> {
  store.setItem(place(project), JSON.stringify({ ...order, sent: Date.now() }))
  try {
    const answer = await send(order)
    forgetOrder(store, project)
    return answer
  } catch (error) {
    if (!isOpen(error)) forgetOrder(store, project)
    throw error
  }
}

export function forgetOrder(store: Store, project: string): void {
  store.removeItem(place(project))
}

export interface Shortfall {
  required: number
  available: number
  missing: number
  /** So many videos at the same price are within reach. */
  affordable: number
}

/** What is missing for a price, and how many of the videos the balance is enough for. */
export function shortfall(price: number, count: number, available: number): Shortfall | null {
  if (price <= available) return null
  const each = count > 0 ? price / count : price
  return { required: price, available, missing: price - available, affordable: Math.max(0, Math.floor(available / each)) }
}
