import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { keys } from '../../api/keys'
import type { Values } from '../../form/values'
import { isOpen, placeOrder, unanswered } from './order'
import { sendOrder } from './queries'

const TRIES = 30
const LONGEST_MS = 10_000

/** Ordering, safe against a second click and a reload; ends on the page of what is being made. */
export function useOrder(project: string, onDone: () => void) {
  const client = useQueryClient()
  const navigate = useNavigate()
  const begun = useRef(false)
  const order = useMutation({
    mutationFn: (spec: Values) => placeOrder(sessionStorage, project, spec, (one) => sendOrder(project, one.key, one.spec)),
    retry: (failures, error) => isOpen(error) && failures < TRIES,
    retryDelay: (failures) => Math.min(500 * 2 ** failures, LONGEST_MS),
    onSuccess: async (generation) => {
      onDone()
      client.setQueryData(keys.generation(generation.id), generation)
      for (const queryKey of [keys.generations, keys.wallet]) void client.invalidateQueries({ queryKey })
      await navigate({ to: '/generations/$generationId', params: { generationId: generation.id } })
    },
    onError: () => {
      begun.current = false
      void client.invalidateQueries({ queryKey: keys.wallet })
    },
  })
  const { mutate } = order
  const place = (spec: Values): void => {
    if (begun.current) return // a second click
    begun.current = true
    mutate(spec)
  }
  useEffect(() => {
    const left = unanswered(sessionStorage, project)
    if (left === null || begun.current) return
    begun.current = true
    mutate(left.spec) // this page was read anew before the answer came
  }, [project, mutate])
  return { place, busy: order.isPending, error: order.error }
}
