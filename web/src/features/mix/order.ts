/**
 * Order: one order is one key, made before it is sent and kept until there is an answer. A second click, and a reload
 * before the answer, send the same again, and the API orders nothing twice.
 */
import { ApiError } from '../../api/errors'
import type { Values } from '../../form/values'

export interface Order {
  key: string
  spec: Values
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
type Send<T> = (order: Order) => Promise<T>

const place = (project: string): string => `medley.order:${project}`

/** The order that was sent and has no answer yet. */
export function unanswered(store: Store, project: string): Order | null {
  const kept = store.getItem(place(project))
  if (kept === null) return null
  try {
    const order = JSON.parse(kept) as Order
    return typeof order.key === 'string' && typeof order.spec === 'object' ? order : null
  } catch {
    return null
  }
}

/**
 * Send an order, or again the one that waits for its answer. Raises: ApiError; the key is kept if nobody knows whether
 * the order arrived.
 */
export async function placeOrder<T>(store: Store, project: string, spec: Values, send: Send<T>): Promise<T> {
  const order = unanswered(store, project) ?? { key: crypto.randomUUID(), spec }
  store.setItem(place(project), JSON.stringify(order))
  try {
    const answer = await send(order)
    store.removeItem(place(project))
    return answer
  } catch (error) {
    if (!isOpen(error)) store.removeItem(place(project))
    throw error
  }
}

/** Whether the order may have arrived all the same: no answer, our fault, or it is being looked at. */
export function isOpen(error: unknown): boolean {
  return error instanceof ApiError && (error.passes || error.code === 'in_progress')
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
