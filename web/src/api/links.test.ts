import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { renew } from './links'

const minutes = (ago: number) => ({ updatedAt: Date.now() - ago * 60_000 })

test('answers with old links are asked for anew, all of a key, and those that have just come are not', () => {
  const client = new QueryClient()
  client.setQueryData(['generations', 'history'], [], minutes(61))
  client.setQueryData(['generations', 'newest'], [], minutes(2))
  client.setQueryData(['generations', 'running'], [], minutes(0))
  client.setQueryData(['projects'], [], minutes(61))
  renew(client, ['generations'])
  const asked = (...key: string[]): boolean => client.getQueryState(key)?.isInvalidated ?? false
  expect([asked('generations', 'history'), asked('generations', 'newest'), asked('generations', 'running'), asked('projects')]).toEqual([true, true, false, false])
})
