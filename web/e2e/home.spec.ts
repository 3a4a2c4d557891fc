import { expect, test } from 'vitest'
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
