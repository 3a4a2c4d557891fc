import { expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { SHORT, fileOf } from './files'
import { Studio } from './studio'
import { Person, useBrowser } from './world'

useBrowser()

test('two tabs share one socket; the second takes over; signing out in one ends both', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page: first } = ada
  const second = await ada.context.newPage()
  ada.watch(second)
  const [ofFirst, ofSecond] = [countSockets(first), countSockets(second)]
  await ada.join()
  const studio = await Studio.of(ada, SHORT.slice(2, 4).map(fileOf))
  await ada.open('/home')
  await expect.poll(() => ofFirst.open).toBe(1)
  await second.goto(`${ada.url}/home`)
  await second.getByText('100 credits').waitFor()
  await studio.order({ count: 1 })
  await second.getByText('99 credits').waitFor() // the first tab heard it, and told the second
  expect(ofSecond.open).toBe(0)

  await first.close()
  await expect.poll(() => ofSecond.open, { timeout: 20_000 }).toBe(1)
  const third = await ada.context.newPage()
  ada.watch(third)
  await third.goto(`${ada.url}/account`)
  await third.getByRole('button', { name: 'Sign out' }).click()
  await third.waitForURL('**/sign-in')
  await second.waitForURL('**/sign-in*')
  await expect.poll(() => ofSecond.open, { timeout: 20_000 }).toBe(0)
  await ada.leave()
})

test('a page that is older than the app reads itself anew once, and says so calmly if that does not help', { timeout: 120_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  let loads = 0
  page.on('load', () => (loads += 1))
  await ada.open('/home')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.route(/\/assets\/Wallet-[^/]+\.js$/, (route) => (loads > 1 ? route.continue() : route.fulfill({ status: 404 })))
  await page.getByRole('navigation').getByRole('link', { name: 'Wallet' }).click()
  await page.getByRole('heading', { level: 1, name: 'Wallet' }).waitFor()
  expect(loads).toBe(2)

  await page.route(/\/assets\/Help-[^/]+\.js$/, (route) => route.fulfill({ status: 404 }))
  await page.getByRole('navigation').getByRole('link', { name: 'Help' }).click()
  await page.getByRole('heading', { name: 'Medley was updated' }).waitFor()
  await page.unrouteAll()
  await page.getByRole('button', { name: 'Load the page again' }).click()
  await page.getByRole('heading', { level: 1, name: 'Help' }).waitFor()
  ada.expected(/status of 404/, /Cannot read properties of undefined \(reading '(Wallet|Help)'\)/)
  await ada.leave()
})

test('a deleted project comes back from where deleted ones are', { timeout: 120_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  await ada.makeProject('Sol lemonade')
  await page.getByRole('button', { name: 'More for this project' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByText('“Sol lemonade” is deleted.').waitFor()
  await page.waitForURL('**/projects')
  await page.reload() // the way back in the words is gone
  await page.getByRole('button', { name: 'Deleted' }).click()
  await page.getByText('Can be restored until').waitFor()
  await page.getByRole('button', { name: 'Restore' }).click()
  await page.getByText('“Sol lemonade” is back.').waitFor()
  await page.getByRole('button', { name: 'Open', exact: true }).click()
  await page.getByRole('link', { name: 'Sol lemonade' }).click()
  await page.getByRole('heading', { level: 1, name: 'Sol lemonade' }).waitFor()
  await ada.leave()
})

/** How many sockets a page has open to the API. */
function countSockets(page: Page): { open: number } {
  const count = { open: 0 }
  page.on('websocket', (socket) => {
    count.open += 1
    socket.on('close', () => (count.open -= 1))
  })
  return count
}
