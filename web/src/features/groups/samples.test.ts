import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SAMPLES } from './samples'

test('the site brings along what is offered', () => {
  const missing = SAMPLES.flatMap(({ clips }) => clips).filter((name) => !existsSync(`public/samples/${name}.mp4`))
  expect(missing).toEqual([])
})
