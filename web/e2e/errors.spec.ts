import type { Page, Route } from 'playwright-core'
import { expect, test } from 'vitest'
import { choose, fileOf, SHORT } from './files'
import { look, reachable } from './screens'
import { Studio } from './studio'
import { Person, useBrowser } from './world'

useBrowser()

const REQUEST = '01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0e0b'

/** An answer that refuses, as the API gives it. */
function refusal(status: number, code: string, retryAfterS?: number) {
  return (route: Route): Promise<void> =>
    route.fulfill({
      status,
      headers: { 'x-request-id': REQUEST, ...(retryAfterS !== undefined && { 'retry-after': String(retryAfterS) }) },
      json: { error: { code, message: `In English: ${code}.`, request_id: REQUEST, metadata: {} } },
    })
}

/** The number of the request is there to be told to us, and a click copies it. */
async function copied(page: Page): Promise<void> {
  await page.getByText(REQUEST).waitFor()
  await page.evaluate(() => navigator.clipboard.writeText(''))
  await page.getByRole('button', { name: 'Copy', exact: true }).click()
  await page.getByRole('button', { name: 'Copied' }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(REQUEST)
}

test('no connection, too many requests, our own faults: all are said calmly, with the way on', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page, context } = ada
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.routeWebSocket(/\/socket/, (socket) => socket.close()) // or all is asked for anew when it opens
  await ada.join()
  await ada.open('/projects')
  await page.getByRole('heading', { level: 1 }).waitFor()

  await context.setOffline(true)
  await page.getByText('You are offline.').waitFor()
  await reachable(page, 'offline')
  await context.setOffline(false)
  await page.getByText('You are offline.').waitFor({ state: 'detached' })

  await page.route('**/v1/limits', refusal(429, 'too_many_attempts', 3))
  await ada.open('/help')
  await page.getByRole('heading', { name: 'That does not work now' }).waitFor()
  const wait = page.getByRole('button', { name: /^Try again in \d+ seconds?$/ })
  await wait.waitFor()
  expect(await wait.isDisabled()).toBe(true)
  await page.unroute('**/v1/limits')
  await page.getByRole('button', { name: 'Try again', exact: true }).click()
  await page.getByText('Clips in a project').waitFor()

  await page.route('**/v1/wallet/entries*', refusal(500, 'internal', 1))
  await ada.open('/wallet')
  await page.getByRole('heading', { name: 'Something went wrong on our side' }).waitFor()
  await copied(page)
  await look(ada, 'our-fault')
  await page.unroute('**/v1/wallet/entries*')
  await page.getByRole('button', { name: 'Try again', exact: true }).click()
  await page.getByText('Welcome').first().waitFor()

  await page.route(/\/v1\/generations\?/, refusal(500, 'internal'))
  await ada.open('/home')
  for (const name of ['Being made', 'Made lately'])
    await page.locator('section', { has: page.getByRole('heading', { name }) }).getByText('In English: internal.').waitFor()
  await page.unroute(/\/v1\/generations\?/)

  await page.route('**/v1/me', (route) => (route.request().method() === 'PATCH' ? refusal(500, 'internal')(route) : route.continue()))
  await ada.open('/account')
  await page.getByRole('button', { name: 'Dark', exact: true }).click()
  await page.getByRole('region', { name: 'Messages' }).getByText('In English: internal.').waitFor()
  await copied(page)
  await reachable(page, 'toast')
  ada.expected(/status of (429|500)/, /ERR_INTERNET_DISCONNECTED/)
  await ada.leave()
})

test('the page of a mix stays as it is, waits as long as it is told, and asks again by itself', { timeout: 240_000 }, async () => {
  const { person: ada, studio } = await Studio.copied()
  const { page, context } = ada
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const answers = [refusal(429, 'too_many_attempts', 5)]
  await page.route('**/quote', (route) => (answers.shift() ?? ((one: Route) => one.continue()))(route))
  await ada.open(`/projects/${studio.project}/mix`)
  await page.getByText('In English: too_many_attempts.').waitFor()
  await page.getByRole('button', { name: /^Try again in \d+ seconds?$/ }).waitFor()
  await reachable(page, 'mix, waiting')
  await expect.poll(() => page.getByTestId('capacity').textContent()).toBe('18')
  await page.getByText('In English: too_many_attempts.').waitFor({ state: 'detached' })

  answers.push(...Array.from({ length: 3 }, () => refusal(500, 'internal', 1)), refusal(500, 'internal'))
  await page.locator('[data-field=count] input[type=number]').fill('5')
  await page.getByText('In English: internal.').waitFor()
  expect(await page.getByTestId('make').isDisabled()).toBe(true)
  await copied(page)
  await page.getByRole('button', { name: 'Try again', exact: true }).click()
  await page.getByRole('button', { name: 'Make 5 videos' }).waitFor()
  ada.expected(/status of (429|500)/)
  await ada.leave()
})

test('what is there stays when it cannot be asked for again, and a calm line says so', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  const studio = await Studio.of(ada, SHORT.slice(2, 4).map(fileOf))
  await studio.order({ count: 1 })
  const older = page.getByText('This may not be the newest.')
  const lists = { '/history': ['/v1/generations', 'Sol lemonade'], '/wallet': ['/v1/wallet/entries', 'Welcome'] } as const
  for (const [address, [asked, said]] of Object.entries(lists)) {
    const which = (url: URL): boolean => url.pathname === asked
    await ada.open(address)
    await page.locator('main').getByText(said).first().waitFor()
    await page.route(which, refusal(500, 'internal'))
    await studio.order({ count: 1 }) // of which a push tells
    await older.waitFor({ timeout: 60_000 })
    expect(await page.getByRole('heading', { name: 'Something went wrong on our side' }).count()).toBe(0)
    expect(await page.getByRole('alert').filter({ hasText: 'internal' }).count()).toBe(0)
    await page.locator('main').getByText(said).first().waitFor()
    await page.getByText(REQUEST).waitFor()
    await look(ada, `older${address.replace('/', '-')}`)
    await page.unroute(which)
    await page.getByRole('button', { name: 'Try again', exact: true }).click()
    await older.waitFor({ state: 'detached' })
  }
  ada.expected(/status of 500/)
  await ada.leave()
})

test('the next page of a list that does not come says so where it was asked for, and nothing asks without an end', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  await Promise.all(Array.from({ length: 61 }, (_, n) => ada.call('POST', '/projects', { app: 'video_mixer', name: `Campaign ${n}` })))
  await page.routeWebSocket(/\/socket/, (socket) => socket.close()) // or all is asked for anew when it opens
  await page.route(/\/v1\/projects\?.*cursor=/, refusal(429, 'too_many_attempts', 30))
  await ada.open('/projects')
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.getByText('In English: too_many_attempts.').waitFor()
  await page.locator('main li a').first().waitFor()
  await page.unroute(/\/v1\/projects\?.*cursor=/)
  await page.getByRole('button', { name: 'Show more' }).click()
  await expect.poll(() => page.locator('main li a').count(), { timeout: 30_000 }).toBe(61)
  expect(await page.getByText('In English: too_many_attempts.').count()).toBe(0)

  let asked = 0
  await page.route(
    (url) => url.pathname === '/v1/wallet/entries',
    async (route) => {
      if (new URL(route.request().url()).searchParams.has('cursor')) {
        asked += 1
        return refusal(429, 'too_many_attempts', 30)(route)
      }
      const answer = await route.fetch()
      return route.fulfill({ response: answer, json: { ...(await answer.json()), next: 'further' } })
    },
  )
  await ada.open('/wallet?kind=out') // which needs all of them
  await page.getByText('In English: too_many_attempts.').waitFor()
  await page.getByRole('button', { name: 'Show earlier ones' }).click()
  await expect.poll(() => asked).toBe(2)
  ada.expected(/status of 429/)
  await ada.leave()
})

test('a token that has ended amid an upload and amid a quote is exchanged, and nobody notices', { timeout: 240_000 }, async () => {
  const { person: ada, studio } = await Studio.copied()
  const { page } = ada
  const ended = new Set<string>()
  await page.route(/\/v1\/projects\/[^/]+\/(?:clips|quote)$/, (route) => {
    const request = route.request()
    const what = `${request.method()} ${new URL(request.url()).pathname.split('/').pop()}`
    if (request.method() !== 'POST' || ended.has(what)) return route.continue()
    ended.add(what)
    return route.continue({ headers: { ...request.headers(), authorization: 'Bearer of.another.time' } })
  })
  await ada.open(`/projects/${studio.project}`)
  await page.locator('[data-tile]').first().waitFor()
  await choose(page, ['life.mp4'])
  await page.locator('[data-tile][aria-label^="life.mp4, 0:0"]').waitFor({ timeout: 60_000 })
  await page.getByRole('link', { name: 'Mix videos' }).click()
  await expect.poll(() => page.getByTestId('capacity').textContent(), { timeout: 30_000 }).toBe('18')
  expect([...ended].sort()).toEqual(['POST clips', 'POST quote'])
  ada.expected(/status of 401/)
  await ada.leave()
})
