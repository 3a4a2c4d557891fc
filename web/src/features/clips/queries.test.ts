import { expect, test } from 'vitest'
import { inPortions } from './queries'

test('all ids are sent, however many a request may have', async () => {
  const ids = Array.from({ length: 450 }, (_, n) => `clip ${n}`)
  const sent: string[][] = []
  await inPortions(ids, async (portion) => sent.push(portion))
  expect(sent.map(({ length }) => length)).toEqual([200, 200, 50])
  expect(sent.flat()).toEqual(ids)
})

test('after one that was refused nothing more is sent', async () => {
  const sent: string[][] = []
  const refused = inPortions(Array.from({ length: 450 }, String), async (portion) => {
    sent.push(portion)
    throw new Error('refused')
  })
  await expect(refused).rejects.toThrow('refused')
  expect(sent).toHaveLength(1)
})
