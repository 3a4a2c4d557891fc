import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { legible, reachable } from './screens'
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

  await page.getByRole('link', { name: 'See your credits' }).click()
  await page.getByText('8 credits are missing for your order.').waitFor()
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

test('finished videos are kept longer, more of them are made, and the wallet is a table', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  const studio = await Studio.of(ada)
  const first = await studio.order({ count: 2 })
  await studio.reached(first, ({ state }) => state === 'succeeded')
  await ada.open(`/generations/${first}`)

  const kept = page.getByLabel('Keep each video for')
  await page.getByRole('heading', { name: 'Kept until' }).waitFor()
  await kept.selectOption('90')
  await page.getByText('Changed.', { exact: true }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Kept until' }).waitFor()
  expect(await kept.inputValue()).toBe('90')

  // The store refuses the first link, as it does one that has expired.
  let links = 0
  await page.route('**/outputs/1/link', async (route) => {
    const answer = await route.fetch()
    const body = await answer.json()
    links += 1
    if (links === 1) body.url = body.url.replace(/Signature=./, 'Signature=_')
    await route.fulfill({ response: answer, json: body })
  })
  await page.locator('[role=option]').first().click()
  const video = page.locator('[data-testid=panel] video')
  await expect.poll(() => video.evaluate((one: HTMLVideoElement) => one.currentTime), { timeout: 20_000 }).toBeGreaterThan(0.2)
  expect(links).toBe(2)
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'More to do' }).click()
  await page.getByRole('menuitem', { name: 'How files are named' }).click()
  const names = page.getByRole('dialog', { name: 'How files are named' })
  await expect.poll(() => names.getByTestId('example').textContent()).toBe('Video 1.mp4')
  await names.getByRole('textbox').fill('')
  for (const word of ['the project', 'its number']) await names.getByRole('button', { name: word }).click()
  await expect.poll(() => names.getByTestId('example').textContent()).toBe('Sol lemonade1.mp4')
  await legible(ada, 'naming')
  await page.setViewportSize({ width: 1360, height: 820 })
  await names.getByRole('button', { name: 'Name them so' }).click()
  const packed = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download all' }).click()
  const archive = readFileSync(await (await packed).path()).toString('latin1')
  for (const name of ['Sol lemonade1.mp4', 'Sol lemonade2.mp4']) expect(archive).toContain(name)
  await page.getByRole('button', { name: 'More to do' }).click()
  const listed = page.waitForEvent('download')
  await page.getByRole('menuitem', { name: 'List for a program (JSON)' }).click()
  const list = JSON.parse(readFileSync(await (await listed).path(), 'utf8'))
  expect([list.generation_id, list.outputs.length, list.next]).toEqual([first, 2, null])

  await page.getByRole('link', { name: '2 more' }).click()
  await page.getByRole('heading', { name: 'More of the same' }).waitFor()
  await page.getByRole('button', { name: 'Make 2 videos' }).click()
  await page.waitForURL((url) => url.pathname.startsWith('/generations/') && !url.pathname.endsWith(first))
  const second = page.url().split('/').pop() ?? ''
  await studio.reached(second, ({ planned }) => planned)
  const cuts = async (id: string): Promise<string[]> => {
    const { outputs } = await studio.call('GET', `/generations/${id}/manifest`)
    return outputs.map(({ shots }: { shots: { clip_id: string }[] }) => shots.map(({ clip_id }) => clip_id).join())
  }
  expect(new Set([...(await cuts(first)), ...(await cuts(second))]).size).toBe(4)

  await ada.open('/wallet')
  await page.getByText('Paid for finished videos').waitFor()
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Save as CSV' }).click()
  const rows = readFileSync(await (await saved).path(), 'utf8').trim().split('\r\n')
  const { items } = await studio.call('GET', '/wallet/entries')
  expect(rows).toHaveLength(1 + items.length)
  expect(rows[1]).toMatch(/^1,.*,bonus,100,100,,/)
  expect(rows.filter((row) => row.includes(first)).length).toBeGreaterThanOrEqual(2)
  ada.expected(/status of 403/)
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
  await ada.leave()
})

test('a double click, and a reload before the answer, order once', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  const studio = await Studio.of(ada)
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
