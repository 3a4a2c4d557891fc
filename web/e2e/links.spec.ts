import { randomUUID } from 'node:crypto'
import type { Page, Route } from 'playwright-core'
import { expect, test } from 'vitest'
import { fileOf, SHORT } from './files'
import { Studio } from './studio'
import { Person, useBrowser } from './world'

useBrowser()

const HOUR_MS = 3_600_000
const POSTER = 'main li img'

/** Answers whose links have ended, as the store sees it: all of them until `stop` is called, or so many. */
async function withOldLinks(page: Page, path: RegExp, times = Number.POSITIVE_INFINITY): Promise<{ stop: () => void }> {
  let left = times
  await page.route(
    (url) => path.test(url.pathname),
    async (route: Route) => {
      if (route.request().method() !== 'GET' || left <= 0) return route.continue()
      left -= 1
      const answer = await route.fetch()
      const body = (await answer.text()).replaceAll(/Signature=./g, 'Signature=_')
      return route.fulfill({ response: answer, body })
    },
  )
  return {
    stop() {
      left = 0
    },
  }
}

/** Wait until a picture can be seen. */
const seen = (page: Page, where: string): Promise<void> =>
  expect.poll(() => page.locator(where).first().evaluate((one: HTMLImageElement) => one.naturalWidth), { timeout: 30_000 }).toBeGreaterThan(0)

test('a preview and a clip whose links have ended play from new ones', { timeout: 240_000 }, async () => {
  const { person: ada, studio } = await Studio.copied()
  const { page } = ada
  await page.routeWebSocket(/\/socket/, (socket) => socket.close()) // or all is asked for anew when it opens
  await withOldLinks(page, /\/clips$/, 1)
  const refused = page.waitForResponse((answer) => answer.status() === 403)
  await ada.open(`/projects/${studio.project}/mix`)
  await refused
  await page.getByRole('button', { name: 'Play video 1', exact: true }).first().click()
  await expect.poll(() => page.getByTestId('preview-time').textContent(), { timeout: 30_000 }).toMatch(/^0:0[1-9]/)
  expect(await page.getByText('cannot be played in this browser').count()).toBe(0)

  await withOldLinks(page, /\/clips$/, 1)
  await ada.open(`/projects/${studio.project}`)
  await page.locator('[data-tile]').first().click()
  const clip = page.getByRole('dialog').locator('video')
  await expect.poll(() => clip.evaluate((one: HTMLVideoElement) => one.currentTime), { timeout: 30_000 }).toBeGreaterThan(0.2)
  ada.expected(/status of 403/)
  await ada.leave()
})

test('posters and filmstrips whose links have ended are asked for anew', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive() // whose first page shows this project alone
  const { page } = ada
  await ada.join()
  const studio = await Studio.of(ada, SHORT.slice(2, 4).map(fileOf))
  await page.clock.install()
  await page.routeWebSocket(/\/socket/, (socket) => socket.close()) // or all is asked for anew when it opens
  const clips = await withOldLinks(page, /\/clips$/)
  await ada.open(`/projects/${studio.project}`)
  const tile = page.locator('[data-tile]').first()
  await tile.waitFor()
  clips.stop()
  await page.clock.fastForward(HOUR_MS / 20)
  await tile.hover() // its filmstrip is looked at
  await seen(page, '[data-tile] img:not([hidden])')

  const home = await ada.context.newPage() // pushes come in here: nothing is asked for without a reason
  ada.watch(home)
  const lists = await withOldLinks(home, /^\/v1\/(?:projects|generations)$/)
  await page.close()
  await home.goto(`${ada.url}/home`)
  await home.locator(POSTER).first().waitFor()
  lists.stop()
  await home.clock.fastForward(HOUR_MS)
  await seen(home, POSTER)
  ada.expected(/status of 403/)
  await ada.leave()
})

test('an archive outlives its page, is saved from a new link, and is deleted', { timeout: 240_000 }, async () => {
  const { person: ada, studio } = await Studio.copied()
  const { page } = ada
  const order = await studio.order({ count: 2 })
  await studio.reached(order, ({ state }) => state === 'succeeded')
  await studio.call('POST', `/generations/${order}/bundles`, { outputs: null, naming: '{title}' }, { 'Idempotency-Key': randomUUID() })
  const bundles = async (): Promise<{ state: string }[]> => (await studio.call('GET', `/bundles?generation_id=${order}`)).items
  await withOldLinks(page, /\/v1\/bundles$/)
  await ada.open(`/generations/${order}`)
  const packing = page.getByTestId('packing')
  await packing.getByText('Your archive is ready').waitFor({ timeout: 60_000 })
  const saved = page.waitForEvent('download')
  await packing.getByRole('button', { name: /^Save / }).click()
  expect(await (await saved).failure()).toBeNull()
  expect(new URL(page.url()).pathname).toBe(`/generations/${order}`)
  await packing.getByRole('button', { name: 'Delete the archive' }).click()
  await packing.waitFor({ state: 'detached' })
  expect((await bundles()).filter(({ state }) => state === 'ready')).toEqual([])
  await ada.leave()
})
