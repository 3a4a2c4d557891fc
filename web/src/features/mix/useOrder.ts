import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { isOpen } from '../../api/errors'
import { keys } from '../../api/keys'
import type { Values } from '../../form/values'
import { forgetOrder, isUnderWay, newOrder, type Order, placeOrder, unanswered } from './order'
import { sendOrder } from './queries'

const TRIES = 30
const LONGEST_MS = 10_000

export interface Ordering {
  place: (spec: Values) => void
  busy: boolean
  /** Why it was refused. */
  error: unknown
  /** An order of which nobody knows whether it arrived; nothing else can be ordered before it is seen to. */
  left: Order | null
  /** Send that one again: it is ordered once at most. */
  again: () => void
  /** Leave it as it is. */
  forget: () => void
}

/** Ordering, safe against a second click and a reload; ends on the page of what is being made. */
export function useOrder(project: string, onDone: () => void): Ordering {
  const client = useQueryClient()
  const navigate = useNavigate()
  const [left, setLeft] = useState(() => unanswered(sessionStorage, project))
  const begun = useRef(false)
  const changed = (): void => {
    for (const queryKey of [keys.generations, keys.wallet]) void client.invalidateQueries({ queryKey })
  }
  const order = useMutation({
    mutationFn: (one: Order) => placeOrder(sessionStorage, project, one, ({ key, spec }) => sendOrder(project, key, spec)),
    retry: (failures, error) => isOpen(error) && failures < TRIES,
    retryDelay: (failures) => Math.min(500 * 2 ** failures, LONGEST_MS),
    onSuccess: async (generation) => {
      setLeft(null)
      onDone()
      client.setQueryData(keys.generation(generation.id), generation)
      changed()
      await navigate({ to: '/generations/$generationId', params: { generationId: generation.id } })
    },
    onError: () => {
      begun.current = false
      setLeft(unanswered(sessionStorage, project))
      changed()
    },
  })
  const { mutate, reset } = order
  const send = (one: Order): void => {
    if (begun.current) return // a second click
    begun.current = true
    mutate(one)
  }
  useEffect(() => {
    const found = unanswered(sessionStorage, project)
    if (found === null || begun.current || !isUnderWay(found)) return
    begun.current = true
    mutate(found) // this page was read anew before the answer came
  }, [project, mutate])
  return {
    place: (spec) => left === null && send(newOrder(spec)),
    busy: order.isPending,
    error: isOpen(order.error) ? null : order.error,
    left: order.isPending ? null : left,
    again: () => left !== null && send(left),
    forget() {
      forgetOrder(sessionStorage, project)
      setLeft(null)
      reset()
      changed()
    },
  }
}
