import { expect, test } from 'vitest'
import { look } from './screens'
import { Studio } from './studio'
import { Person, useBrowser } from './world'

useBrowser()

test('the first page finds projects by name', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  for (const name of ['Sol lemonade', 'Winter tea']) await ada.makeProject(name)
  await ada.open('/home')
  await page.getByRole('link', { name: 'Winter tea' }).waitFor()
  await page.getByRole('searchbox', { name: 'Find a project' }).fill('lemon')
  await page.getByRole('link', { name: 'Winter tea' }).waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'Sol lemonade' }).waitFor()
  await page.getByRole('searchbox', { name: 'Find a project' }).fill('coffee')
  await page.getByText('No project has “coffee” in its name.').waitFor()
  await ada.leave()
})

test('the first page shows what is being made, then what was made, and says why an app cannot be used', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await page.route('**/v1/apps', async (route) => {
    const answer = await route.fetch()
    const { items, ...rest } = await answer.json()
    const unavailable = { code: 'lane_missing', message: 'Nothing here can do its work.', parameters: {} }
    const other = { ...items[0], id: 'carousel', name: 'Carousel', icon: 'unheard-of', unavailable, spec_schema: null }
    return route.fulfill({ response: answer, json: { ...rest, items: [...items, other] } })
  })
  await ada.join()
  const studio = await Studio.of(ada)
  await ada.open('/home')
  const app = page.locator('li', { hasText: 'Carousel' })
  await app.getByText('Nothing here can do its work.').waitFor()
  expect(await app.getByRole('link').count()).toBe(0)
  await page.getByRole('link', { name: 'Sol lemonade' }).first().waitFor()
  const order = await studio.order({ count: 9 })
  const running = page.locator('section', { has: page.getByRole('heading', { name: 'Being made' }) })
  await running.getByRole('progressbar').waitFor()
  expect(await running.getByRole('link', { name: 'Sol lemonade' }).getAttribute('href')).toContain(order)
  await running.waitFor({ state: 'detached', timeout: 120_000 })
  const results = page.locator('section', { has: page.getByRole('heading', { name: 'Made lately' }) })
  await results.getByText('9 videos').waitFor()
  await results.locator('img').first().waitFor()
  await look(ada, 'home-full')
  await ada.leave()
})

test('the look of an account is there in another browser, and before anything is drawn', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  await ada.join()
  await ada.open('/account')
  await Promise.all([
    ada.page.waitForResponse((answer) => answer.request().method() === 'PATCH' && answer.ok()),
    ada.page.getByRole('button', { name: 'Dark', exact: true }).click(),
  ])
  const elsewhere = await Person.arrive()
  const { page } = elsewhere
  await elsewhere.open('/sign-in')
  await page.locator('html[data-mantine-color-scheme=light]').waitFor({ state: 'attached' })
  await page.locator('input[name=email]').fill(ada.email)
  await page.locator('input[name=password]').fill(ada.password)
  await page.locator('button[type=submit]').click()
  await page.locator('html[data-mantine-color-scheme=dark]').waitFor({ state: 'attached' })
  await page.waitForURL('**/home')
  await page.route('**/assets/**', (route) => route.abort()) // what draws the page never comes
  await page.reload({ waitUntil: 'domcontentloaded' })
  expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark')
  await elsewhere.context.close()
  await ada.leave()
})

test('the documentation of the API is drawn by what our own site brings along', { timeout: 240_000 }, async () => {
  const guest = await Person.arrive()
  const { page } = guest
  const hosts = new Set<string>()
  page.on('request', (request) => hosts.add(new URL(request.url()).host))
  await guest.open('/docs')
  await page.getByRole('heading', { name: 'Order a generation' }).waitFor()
  await page.getByRole('heading', { name: 'Errors' }).waitFor()
  await page.getByRole('heading', { name: 'generation_changed' }).waitFor()
  expect([...hosts].filter((host) => host !== '' && host !== new URL(guest.url).host)).toEqual([])
  await guest.leave()
})
