import { expect, test, vi } from 'vitest'
import { makeMending } from './mending'

function made(ask: () => Promise<unknown> = () => Promise.resolve()) {
  const ends = { ask: vi.fn(ask), mend: vi.fn(), givenUp: vi.fn() }
  return { ...ends, ...makeMending<unknown>(ends) }
}

const settled = (): Promise<void> => new Promise((done) => {
  setImmediate(done)
})

test('a link that ends is asked for anew each time, however often that is', async () => {
  const { broken, loaded, ask, mend, givenUp } = made()
  for (let hour = 1; hour <= 5; hour += 1) {
    broken('a')
    await settled() // oxlint-disable-line no-await-in-loop -- one hour after the other
    expect(mend).toHaveBeenCalledTimes(hour)
    loaded('a')
  }
  expect(ask).toHaveBeenCalledTimes(5)
  expect(givenUp).not.toHaveBeenCalled()
})

test('what cannot be played from a new link either is given up, by itself, until a person tries again', async () => {
  const { broken, again, ask, givenUp } = made()
  broken('a')
  broken('b')
  await settled()
  broken('a')
  expect(givenUp).toHaveBeenLastCalledWith(new Set(['a']))
  again()
  expect(givenUp).toHaveBeenLastCalledWith(new Set())
  broken('a')
  expect(ask).toHaveBeenCalledTimes(3)
})

test('where no link can be asked for, nothing is said of the clip, and the next try asks', async () => {
  const { broken, ask, mend, givenUp } = made(() => Promise.reject(new Error('no network')))
  broken('a')
  await settled()
  broken('a')
  expect([ask.mock.calls.length, mend.mock.calls.length, givenUp.mock.calls.length]).toEqual([2, 0, 0])
})
