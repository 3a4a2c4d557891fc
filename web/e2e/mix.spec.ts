import { createReadStream, existsSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { fits, legible, look, picture, reachable } from './screens'
import { sampleClips, Studio } from './studio'
import { Person, useBrowser } from './world'

useBrowser()

test('a person orders, watches, plays, and takes home a zip of what they see', { timeout: 300_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  const studio = await Studio.of(ada, sampleClips())
  await ada.open(`/projects/${studio.project}/mix`)

  await expect.poll(() => page.getByTestId('capacity').textContent(), { timeout: 20_000 }).toMatch(/^\d/)
  await page.locator('[data-field=count] input[type=number]').fill('4')
  await page.getByRole('radio', { name: '480p' }).check({ force: true })
  await page.getByRole('button', { name: 'Make 4 videos' }).waitFor()
  await page.getByRole('button', { name: 'Play video 1', exact: true }).first().click()
  await expect.poll(() => page.getByTestId('preview-time').textContent(), { timeout: 20_000 }).toMatch(/^0:0[2-9]/)
  await page.getByText('5 left today').waitFor()
  await page.getByTestId('render-first').click()
  const draft = page.getByRole('dialog', { name: 'The first video, rendered as a draft' })
  await expect.poll(() => draft.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime), { timeout: 60_000 }).toBeGreaterThan(0.2)
  await reachable(page, 'rendered')
  await draft.getByRole('button', { name: 'Close' }).click()
  await page.getByText('4 left today').waitFor()
  expect(await studio.balance()).toMatchObject({ available: 100, reserved: 0 })
  await look(ada, 'mix')
  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByRole('button', { name: 'Options' }).click()
  await page.getByRole('dialog').getByText('Transition', { exact: true }).waitFor()
  expect(await basicInSight(page)).toBe(8)
  await picture(page, 'mix-options-phone-light')
  await reachable(page, 'mix-options')
  await page.getByRole('button', { name: 'Done' }).click()
  await saysAll(page)
  await fits(ada, 'mix')

  await page.getByRole('button', { name: 'Make 4 videos' }).click()
  await page.waitForURL('**/generations/*')
  await page.locator('[data-testid=summary][data-state=succeeded]').waitFor({ timeout: 120_000 })
  await expect.poll(() => page.locator('[role=option][data-state=made] img').count()).toBe(4)

  await page.getByRole('listbox').focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.getByTestId('panel').getByRole('heading', { name: 'Video 2' }).waitFor()
  await expect.poll(() => page.locator('[data-testid=panel] video').evaluate((video: HTMLVideoElement) => video.currentTime), { timeout: 20_000 }).toBeGreaterThan(0.2)
  await reachable(page, 'panel')
  await page.keyboard.press('Escape')

  const saved = page.waitForEvent('download', { timeout: 60_000 })
  await page.getByRole('button', { name: 'Download all' }).click()
  const file = await (await saved).path()
  expect(existsSync(file)).toBe(true)
  expect(await endsAsZip(file, 4)).toBe(true)
  await page.evaluate(() => scrollTo(0, 0))
  await look(ada, 'generation')
  await fits(ada, 'generation')
  await page.getByRole('listbox').focus()
  for (const key of ['Home', 'Space', 'ArrowRight', 'Space']) await page.keyboard.press(key)
  await page.getByText('2 selected').waitFor()
  await page.getByRole('button', { name: 'Compare two' }).click()
  await page.getByTestId('why').waitFor()
  await reachable(page, 'compare')
  await picture(page, 'compare-wide-light')
  const generation = page.url().split('?')[0] ?? ''
  for (const language of ['id', 'zh'] as const) {
    await ada.call('PATCH', '/me', { language })
    await page.goto(generation)
    await page.locator(`html[lang=${language}]`).waitFor({ state: 'attached' })
    await page.locator('[role=option] img').first().waitFor()
    await legible(ada, `generation ${language}`)
    await ada.open(`/projects/${studio.project}/mix`)
    await expect.poll(() => page.getByTestId('capacity').textContent(), { timeout: 20_000 }).toMatch(/^\d/)
    await page.locator('section[aria-labelledby=strips] ol:not([data-old]) li').first().waitFor()
    await legible(ada, `mix ${language}`)
    await page.getByTestId('options').click()
    await page.locator('dialog [data-field=music]').waitFor()
    await legible(ada, `mix-options ${language}`)
    await picture(page, `mix-options-small-${language}`)
    await page.keyboard.press('Escape')
    await page.setViewportSize({ width: 1360, height: 820 })
  }
  await ada.leave()
})

test('an app with a widget that nobody knows still draws', { timeout: 240_000 }, async () => {
  const { person: ada, studio } = await Studio.copied()
  const { page } = ada
  await page.route('**/v1/apps', async (route) => {
    const answer = await route.fetch()
    const body = await answer.json()
    const { properties } = body.items[0].spec_schema
    for (const name of ['aspect', 'count', 'music']) properties[name]['x-ui'].widget = 'hologram'
    await route.fulfill({ response: answer, json: body })
  })
  await ada.open(`/projects/${studio.project}/mix`)
  await page.getByRole('textbox', { name: 'Shape' }).fill('1:1')
  await page.getByRole('textbox', { name: 'Videos' }).fill('3')
  await page.getByRole('button', { name: 'Make 3 videos' }).waitFor()
  await ada.leave()
})

test('a shot that is pointed at lights its clip in every strip and on the shelf', { timeout: 240_000 }, async () => {
  const { person: ada, studio } = await Studio.copied()
  const { page } = ada
  await ada.open(`/projects/${studio.project}/mix`)
  const strips = page.locator('section[aria-labelledby=strips] ol')
  const shots = strips.locator('[data-clip]')
  await shots.first().waitFor()
  const lit = (): Promise<(string | undefined)[]> =>
    shots.evaluateAll((all) => all.filter((one) => one.hasAttribute('data-on')).map((one) => (one as HTMLElement).dataset['clip']))
  const all = await shots.evaluateAll((found) => found.map((one) => (one as HTMLElement).dataset['clip'] ?? ''))
  const often = all.find((clip) => all.filter((other) => other === clip).length > 1) ?? ''
  const same = all.filter((clip) => clip === often)
  expect(await lit()).toEqual([])
  await strips.locator(`[data-clip="${often}"]`).first().hover()
  await expect.poll(lit).toEqual(same)
  expect(await page.locator('section[aria-labelledby=shelf] [data-lit]').count()).toBe(1)
  await page.mouse.move(0, 0)
  await expect.poll(lit).toEqual([])

  const first = strips.locator('li').first()
  const own = await first.locator('[data-clip]').evaluateAll((found) => found.map((one) => (one as HTMLElement).dataset['clip'] ?? ''))
  await first.getByRole('button').focus()
  for (const clip of own.slice(0, 2)) {
    await page.keyboard.press('ArrowRight')
    await expect.poll(lit).toEqual(all.filter((one) => one === clip))
  }
  await ada.leave()
})

test('where more are asked for than are possible, their box says so, and a click takes what there is', { timeout: 240_000 }, async () => {
  const { person: ada, studio } = await Studio.copied()
  const { page } = ada
  await ada.open(`/projects/${studio.project}/mix`)
  const count = page.locator('[data-field=count] input[type=number]')
  await count.fill('30')
  const box = page.locator('[data-field=count]')
  await box.getByText('Only 18 are possible.').waitFor()
  const described = (await count.getAttribute('aria-describedby')) ?? ''
  expect(await page.evaluate((ids) => ids.split(' ').map((id) => document.getElementById(id)?.textContent).join(), described)).toContain('Only 18')
  await reachable(page, 'most')
  await box.getByRole('button', { name: 'Make 18' }).click()
  await box.getByText('Only 18 are possible.').waitFor({ state: 'detached' })
  expect(await count.inputValue()).toBe('18')
  await ada.leave()
})

/** A small screen says what a wide one does: what sets the number, the price line by line, and the time. */
async function saysAll(page: Page): Promise<void> {
  const opener = page.getByRole('button', { name: 'Details', exact: true })
  expect((await opener.boundingBox())?.height).toBeGreaterThanOrEqual(44)
  await opener.click()
  const said = page.getByRole('dialog').getByTestId('details')
  await said.getByText('one clip of each group').waitFor()
  await said.getByText('4 × 1').waitFor()
  await said.getByText(/^about \d+ (second|minute)s?$/).waitFor()
  expect(await said.getByText('4 credits', { exact: true }).count()).toBe(2)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' })
    await picture(page, `mix-details-phone-${colorScheme}`)
    await reachable(page, `mix-details ${colorScheme}`)
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await page.getByRole('button', { name: 'Done' }).click()
}

/** How many of the fields that everyone chooses are whole on the screen, without a scroll. */
function basicInSight(page: Page): Promise<number> {
  return page.locator('dialog [data-basic]').evaluate((basic) => {
    const sheet = basic.closest('dialog')?.querySelector('[data-sheet-body]')?.getBoundingClientRect()
    const whole = (field: Element): boolean => field.getBoundingClientRect().bottom <= (sheet?.bottom ?? 0)
    return [...basic.children].filter(whole).length
  })
}

/** Whether a file is a zip with so many videos in its list. */
async function endsAsZip(file: string, videos: number): Promise<boolean> {
  const chunks: Buffer[] = []
  for await (const chunk of createReadStream(file)) chunks.push(chunk as Buffer)
  const bytes = Buffer.concat(chunks)
  const list = bytes.subarray(Math.max(0, bytes.length - 8192)).toString('latin1')
  return bytes.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004' && (list.match(/Video \d+\.mp4/g) ?? []).length >= videos
}
