import { expect, test } from 'vitest'
import { likeness, percentOf, type Shown } from '../src/features/outputs/likeness'
import { Studio } from './studio'
import { useBrowser } from './world'

useBrowser()

interface Planned {
  n: number
  shots: Shown[]
}

const tenths = (share: number): number => (share >= 1 ? 100 : Math.min(99.9, Math.round(1000 * share) / 10))

test('what two videos share is the same in the plot, side by side, and by the API', { timeout: 240_000 }, async () => {
  const { person: ada, studio } = await Studio.copied()
  const { page } = ada
  const order = await studio.order({ count: 5, speeds: ['1', '5/4'], looks: ['none', 'warm'], trim: 'spread', window_s: 0.5, windows: 2 })
  await studio.reached(order, ({ state }) => state === 'succeeded')
  const { outputs } = (await studio.call('GET', `/generations/${order}/manifest`)) as { outputs: Planned[] }
  const { footage } = await studio.call('GET', `/generations/${order}/distinctness`)
  const pairs = outputs.flatMap((one, at) => outputs.slice(at + 1).map((other) => ({ one, other, share: likeness(one.shots, other.shots) })))
  expect(Math.max(...pairs.map(({ share }) => tenths(share)))).toBe(footage.most_percent)
  expect(pairs.filter(({ share }) => share > 0.5)).toHaveLength(footage.pairs_over_half)
  const mean = pairs.reduce((sum, { share }) => sum + share, 0) / pairs.length
  expect(Math.abs(100 * mean - footage.average_percent)).toBeLessThan(0.06)

  await ada.open(`/generations/${order}`)
  const [one, other] = footage.pair as [number, number]
  const said = `${percentOf(footage.most_percent / 100)} %`
  await page.getByText(`The two most alike, ${one} and ${other}, share ${said}`).waitFor()
  const plot = page.getByTestId('distinctness').locator('svg[role=img]')
  await plot.waitFor()
  const box = await plot.boundingBox()
  const cell = (box?.width ?? 0) / outputs.length
  await plot.click({ position: { x: (other - 0.5) * cell, y: (one - 0.5) * cell } })
  const why = page.getByTestId('why')
  await why.getByText(`They share ${said} of their footage.`).waitFor()
  expect(await why.locator('p').count()).toBeGreaterThan(2) // and something tells them apart
  await ada.leave()
})

test('what of the page cannot be read says so, and what is not there is not compared', { timeout: 240_000 }, async () => {
  const { person: ada, studio } = await Studio.copied()
  const { page } = ada
  const order = await studio.order({ count: 3 })
  await studio.reached(order, ({ state }) => state === 'succeeded')
  await page.routeWebSocket(/\/socket/, (socket) => socket.close()) // or all is asked for anew when it opens
  let fails = true
  const error = { code: 'plan_expired', message: 'What these videos are made of is not known any more.', http_status: 409, metadata: {}, timestamp: '', request_id: 'r' }
  await page.route(
    (url) => url.pathname.endsWith('/manifest'),
    (route) => (fails ? route.fulfill({ status: 409, json: { error } }) : route.continue()),
  )
  await page.route(
    (url) => url.pathname === `/v1/generations/${order}` && url.searchParams.get('limit') !== '1',
    async (route) => {
      if (fails) return route.fulfill({ status: 429, headers: { 'retry-after': '1' }, json: { error: { ...error, code: 'too_many_attempts', message: 'Too many.' } } })
      const answer = await route.fetch()
      const body = await answer.json()
      body.outputs = body.outputs.map((one: { n: number }) => (one.n === 1 ? { ...one, state: 'failed', poster_url: null } : one)) // they come in the order of their making
      return route.fulfill({ response: answer, json: body })
    },
  )
  await ada.open(`/generations/${order}`)
  await page.getByTestId('distinctness').getByText(error.message).waitFor()
  await page.locator('main').getByText('Too many.').waitFor()
  fails = false
  await page.getByTestId('distinctness').getByRole('button', { name: 'Try again', exact: true }).click()
  await page.getByTestId('distinctness').locator('svg[role=img]').waitFor()
  await page.getByRole('button', { name: 'Try again', exact: true }).click()
  await page.locator('[role=option]').first().waitFor()

  await page.getByRole('listbox').focus()
  await page.keyboard.press('Control+a')
  await page.getByText('3 selected').waitFor()
  await page.getByRole('button', { name: 'Compare two' }).click()
  const dialog = page.getByRole('dialog', { name: 'Two videos side by side' })
  await expect.poll(() => dialog.locator('video').count()).toBe(2)
  for (const title of ['Video 2', 'Video 3']) await dialog.getByText(title, { exact: true }).waitFor()
  ada.expected(/status of (?:409|429)/)
  await ada.leave()
})
