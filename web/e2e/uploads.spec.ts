import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { choose, CLIPS } from './files'
import { look } from './screens'
import { Person, useBrowser } from './world'

useBrowser()

test('files of odd names become clips; one that is none says why, one that is there twice says so', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  await ada.makeProject('Sol lemonade')
  await page.getByRole('button', { name: 'Choose clips' }).waitFor()
  await choose(page, [...CLIPS, 'twin.mp4', 'shopping list.mp4'])
  const panel = page.getByRole('region', { name: 'Uploads' })
  await expect.poll(() => panel.getByRole('listitem').count()).toBe(8)
  await panel.getByText('The file is not a video Medley can read').waitFor({ timeout: 120_000 })
  for (const name of CLIPS) await page.getByRole('button', { name: `${name}, 0:0` }).waitFor({ timeout: 120_000 })
  await panel.getByText('7 files are ready').waitFor({ timeout: 120_000 })
  await panel.getByText('1 is here twice').waitFor()
  await ada.leave()
})

test('a large file goes on after a reload with the parts that are missing', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  const sent = countParts(page)
  const warnings: string[] = []
  page.on('dialog', (dialog) => {
    warnings.push(dialog.type())
    void dialog.accept()
  })
  await ada.join()
  await ada.makeProject('Sol lemonade')
  await page.getByRole('button', { name: 'Choose clips' }).click({ trial: true })
  const slow = await slowly(page)
  await choose(page, ['large.mp4'])
  await expect.poll(() => sent.parts, { timeout: 60_000, interval: 20 }).toBeGreaterThanOrEqual(4)
  await page.reload()
  expect(warnings).toEqual(['beforeunload'])
  const panel = page.getByRole('region', { name: 'Uploads' })
  await panel.getByText('Drop the same file again').waitFor({ timeout: 60_000 })
  await look(ada, 'project-missing')
  const before = sent.parts
  await slow.end()
  await choose(page, ['large.mp4'])
  await page.getByText('1 file goes on where it stopped.').waitFor()
  await panel.getByText('1 file is ready').waitFor({ timeout: 120_000 })
  expect(sent.parts - before).toBeLessThanOrEqual(11 - 4)
  expect(await page.locator('[data-tile]').count()).toBe(1)
  await ada.leave()
})

test('a pause holds, no connection is said and survived, and it goes on', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  const sent = countParts(page)
  await ada.join()
  await ada.makeProject('Sol lemonade')
  await page.getByRole('button', { name: 'Choose clips' }).click({ trial: true })
  const slow = await slowly(page)
  await choose(page, ['large.mp4', 'life.mp4'])
  const panel = page.getByRole('region', { name: 'Uploads' })
  await expect.poll(() => sent.parts, { timeout: 60_000 }).toBeGreaterThanOrEqual(1)
  await panel.getByRole('button', { name: 'Pause large.mp4' }).click()
  await panel.getByText('Paused at').first().waitFor()
  const held = sent.parts
  await page.locator('[data-tile][aria-label^="life.mp4, 0:0"]').waitFor({ timeout: 60_000 })
  expect(sent.parts).toBe(held)
  await slow.end()
  await ada.context.setOffline(true)
  await panel.getByText('No connection').waitFor()
  await panel.getByRole('button', { name: 'Go on with large.mp4' }).click()
  await panel.getByRole('button', { name: 'Pause large.mp4' }).waitFor()
  await ada.context.setOffline(false)
  await panel.getByText('2 files are ready').waitFor({ timeout: 120_000 })
  ada.expected(/ERR_INTERNET_DISCONNECTED/)
  await ada.leave()
})

test('what the store refuses is said, and all of it is tried again at once', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  await ada.makeProject('Sol lemonade')
  await page.route(
    (url) => url.pathname.includes('/uploads/'),
    (route) => (route.request().method() === 'PUT' ? route.fulfill({ status: 400, headers: { 'access-control-allow-origin': '*' } }) : route.continue()),
  )
  await page.getByRole('button', { name: 'Choose clips' }).waitFor()
  await choose(page, ['life.mp4', 'rgb.mkv'])
  const panel = page.getByRole('region', { name: 'Uploads' })
  await panel.getByText('2 files are not here').waitFor()
  expect(await panel.getByText('The store did not take it (400). Try again.').count()).toBe(2)
  await look(ada, 'project-refused')
  await page.unrouteAll()
  await panel.getByRole('button', { name: 'Try all 2 again' }).click()
  await panel.getByText('2 files are ready').waitFor({ timeout: 120_000 })
  ada.expected(/status of 400/)
  await ada.leave()
})

/** How many requests with bytes the bucket has answered well. */
function countParts(page: Page): { parts: number } {
  const sent = { parts: 0 }
  page.on('response', (response) => {
    if (response.request().method() === 'PUT' && response.ok() && response.url().includes('/uploads/')) sent.parts += 1
  })
  return sent
}

/** As slow as a phone's network, so that there is a while in which something can happen. */
async function slowly(page: Page): Promise<{ end: () => Promise<void> }> {
  const network = await page.context().newCDPSession(page)
  const at = (bytes: number): Promise<unknown> =>
    network.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes })
  await at(6_000_000)
  return { end: async () => void (await at(-1)) }
}
