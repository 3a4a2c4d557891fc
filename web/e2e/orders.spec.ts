import { expect, test } from 'vitest'
import { legible, look, reachable } from './screens'
import { Studio } from './studio'
import { Person, useBrowser } from './world'

useBrowser()

test('an order that costs too much says what is missing and leads on; options are kept by name', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  const studio = await Studio.of(ada)
  await ada.open(`/projects/${studio.project}/mix`)
  const resolution = (value: string) => page.getByRole('radio', { name: value })
  await resolution('1080p').check({ force: true })
  await page.locator('[data-field=count] input[type=number]').fill('18')
  await page.getByRole('heading', { name: '8 credits are missing' }).waitFor()
  await page.getByText('These videos cost 108 and you have 100.').waitFor()
  await page.getByRole('button', { name: 'Make 18 at 720p HD for 54 credits' }).waitFor()
  await legible(ada, 'shortfall')
  await page.setViewportSize({ width: 1360, height: 820 })
  const refused = page.waitForResponse((answer) => answer.status() === 402)
  await page.getByRole('button', { name: 'Make 18 videos' }).click()
  await refused
  expect(await studio.generations()).toEqual([])
  expect(await studio.balance()).toMatchObject({ available: 100, reserved: 0 })

  // It covers nothing, is put away, and comes back when it is ordered all the same.
  const missing = page.getByRole('region', { name: '8 credits are missing' })
  expect(await missing.evaluate((note) => getComputedStyle(note).position)).toBe('static')
  expect(await missing.evaluate((note) => note.closest('[class*=bottom]'))).toBeNull()
  await missing.getByRole('button', { name: 'Close' }).click()
  await missing.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Make 18 videos' }).click()
  await missing.waitFor()

  await page.getByRole('link', { name: 'See your credits' }).click()
  await page.getByText('8 credits are missing for your order.').waitFor()
  await page.getByText('ask whoever runs this Medley').waitFor()
  await page.goBack()
  await page.getByRole('button', { name: 'Make 18 at 720p HD for 54 credits' }).click()
  await page.getByRole('heading', { name: 'credits are missing' }).waitFor({ state: 'detached' })
  await expect.poll(() => page.getByTestId('price').textContent()).toBe('54 credits')
  expect(await resolution('720p').isChecked()).toBe(true)
  await resolution('1080p').check({ force: true })
  await page.getByRole('button', { name: 'Make 16 videos instead' }).click()
  await page.getByRole('button', { name: 'Make 16 videos', exact: true }).waitFor()
  await page.getByRole('heading', { name: 'credits are missing' }).waitFor({ state: 'detached' })

  const presets = page.getByRole('button', { name: 'Presets' })
  await presets.click()
  await page.getByLabel('Name of a preset').fill('For reels')
  await reachable(page, 'presets')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('“For reels” is saved.').waitFor()
  await resolution('480p').check({ force: true })
  await page.reload()
  expect(await resolution('480p').isChecked()).toBe(true)
  await presets.click()
  await page.getByRole('button', { name: 'For reels', exact: true }).click()
  await page.getByText('The options are those of “For reels”.').waitFor()
  expect(await resolution('1080p').isChecked()).toBe(true)
  await presets.click()
  await page.getByRole('button', { name: 'Forget “For reels”' }).click()
  await page.getByRole('button', { name: 'For reels', exact: true }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByRole('button', { name: 'For reels', exact: true }).waitFor()
  ada.expected(/status of 402/)
  await ada.leave()
})

test('an order is stopped, what it did not use comes back, and what was not made is tried again', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  const studio = await Studio.of(ada)
  const before = await studio.balance()
  await ada.open(`/projects/${studio.project}/mix`)
  await page.locator('[data-field=count] input[type=number]').fill('18')
  await page.getByRole('button', { name: 'Make 18 videos' }).click()
  await page.locator('[role=option]').first().waitFor()
  await page.getByRole('button', { name: /^Stop and take back \d+ credits?$/ }).click()
  const said = await page.getByText(/^Stopped\. \d+ credits? (is|are) back\.$/).textContent()
  await page.locator('[data-testid=summary][data-state=cancelled]').waitFor()
  const [{ id = '' } = {}] = await studio.generations()
  const { generation } = await studio.call('GET', `/generations/${id}`)
  expect(said).toContain(String(generation.price - generation.charged))
  expect(await studio.balance()).toMatchObject({ available: before.available - generation.charged, reserved: 0 })

  const lost = 18 - generation.outputs_made
  await page.getByTestId('failures').waitFor()
  await reachable(page, 'failures')
  await page.getByTestId('failures').getByRole('button', { name: `Try these ${lost} again` }).click()
  await page.waitForURL((url) => url.pathname.startsWith('/generations/') && !url.pathname.endsWith(id))
  await page.getByRole('heading', { level: 1, name: `${lost} videos` }).waitFor()
  await page.locator('[role=option]').first().waitFor()
  await page.getByRole('button', { name: /^Stop and take back/ }).click()
  await page.locator('[data-testid=summary][data-state=cancelled]').waitFor()
  const next = new URL(page.url()).pathname
  await ada.open(`/generations/${id}`)
  const link = page.getByTestId('failures').getByRole('link', { name: 'See the order that makes them again' })
  expect(await link.getAttribute('href')).toBe(next)
  expect(await page.getByTestId('failures').getByRole('button').count()).toBe(0)
  await ada.leave()
})

test('an order of which nobody knows whether it arrived is sent again or forgotten, by a click', { timeout: 240_000 }, async () => {
  const { person: ada, studio } = await Studio.copied()
  const { page } = ada
  await ada.open(`/projects/${studio.project}/mix`)
  const make = page.getByTestId('make')
  await make.and(page.locator(':enabled')).waitFor()
  const keys: (string | undefined)[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/generations')) keys.push(request.headers()['idempotency-key'])
  })
  const leave = (key: string): Promise<void> =>
    page.evaluate(
      ([project, order]) => sessionStorage.setItem(`medley.order:${project}`, JSON.stringify(order)),
      [studio.project, { key, spec: { mode: 'groups', count: 2, resolution: 480 }, sent: Date.now() - 3_600_000 }] as const,
    )
  await leave('key-of-an-hour-ago')
  await page.reload()
  const asked = page.getByTestId('unanswered')
  await asked.getByText('It was sent 1 hour ago').waitFor()
  await page.locator('section[aria-labelledby=strips] ol:not([data-old]) li').first().waitFor()
  expect(await make.isDisabled()).toBe(true)
  await look(ada, 'mix-unanswered')
  await asked.getByRole('button', { name: 'Forget it' }).click()
  await asked.waitFor({ state: 'detached' })
  await make.and(page.locator(':enabled')).waitFor()
  expect(keys).toEqual([])

  await leave('key-of-another-hour')
  await page.reload()
  await asked.getByRole('button', { name: 'Send it again' }).click()
  await page.waitForURL('**/generations/*')
  expect(keys).toEqual(['key-of-another-hour'])
  expect(await studio.generations()).toHaveLength(1)
  await ada.leave()
})

test('a double click, and a reload before the answer, order once', { timeout: 240_000 }, async () => {
  const { person: ada, studio } = await Studio.copied()
  const { page } = ada
  await ada.open(`/projects/${studio.project}/mix`)
  await page.locator('[data-field=count] input[type=number]').fill('2')
  const make = page.getByRole('button', { name: 'Make 2 videos' })
  await make.waitFor()
  const keys: (string | undefined)[] = []
  let arrived = false
  await page.route('**/v1/projects/*/generations', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    keys.push(route.request().headers()['idempotency-key'])
    if (keys.length > 1) return route.continue()
    await route.fetch() // it arrives, and its answer does not
    arrived = true
    return undefined
  })
  await make.dblclick()
  await expect.poll(() => arrived).toBe(true)
  await page.reload()
  await page.waitForURL('**/generations/*', { timeout: 60_000 })
  expect(keys).toHaveLength(2)
  expect(new Set(keys).size).toBe(1)
  expect(await studio.generations()).toHaveLength(1)

  // Nothing comes by socket in a second browser tab: it asks, and nothing moves back.
  const other = await ada.context.newPage()
  ada.watch(other)
  await other.routeWebSocket(/\/socket/, (socket) => socket.close())
  const id = await studio.order({ count: 4 })
  await page.close()
  await other.goto(`${ada.url}/generations/${id}`)
  const seen: number[] = []
  await expect
    .poll(
      async () => {
        seen.push(Number(await other.getByTestId('made').textContent()))
        return other.getByTestId('summary').getAttribute('data-state')
      },
      { timeout: 120_000 },
    )
    .toBe('succeeded')
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  await ada.leave()
})
