import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { keys } from '../../api/keys'
import { none, type Outputs } from './merge'
import { renewLinks } from './queries'

test('links that are old are asked for anew, those just asked for are not', () => {
  const client = new QueryClient()
  const key = keys.outputs('g')
  const asked = (signed: number): boolean => {
    client.setQueryData<Outputs>(key, none(signed))
    renewLinks(client, 'g')
    return client.getQueryState(key)?.isInvalidated ?? false
  }
  expect(asked(Date.now())).toBe(false)
  expect(asked(Date.now() - 120_000)).toBe(true)
  expect(client.getQueryData<Outputs>(key)?.signed).toBe(0)
})
