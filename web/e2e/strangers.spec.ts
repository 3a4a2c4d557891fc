import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { fileOf, SHORT } from './files'
import { Studio } from './studio'
import { Person, useBrowser } from './world'

useBrowser()

test('two people never see anything of each other: no page, no list, no answer, no message', { timeout: 300_000 }, async () => {
  const [ada, bob] = [await Person.arrive(), await Person.arrive()]
  await ada.join('Ada')
  await bob.join('Bob')
  const [ofAda, ofBob] = [heard(ada.page), heard(bob.page)]
  for (const person of [ada, bob]) {
    const live = person.page.waitForEvent('websocket')
    await person.open('/home') // and stays there, listening
    await live
  }
  const studios = { ada: await Studio.of(ada, SHORT.slice(2, 4).map(fileOf)), bob: await Studio.of(bob, SHORT.slice(5, 7).map(fileOf)) }
  const order = await studios.ada.order({ count: 1 })
  const own = await studios.bob.order({ count: 1 })
  for (const [studio, id] of [[studios.ada, order], [studios.bob, own]] as const) await studio.reached(id, ({ state }) => state === 'succeeded')
  await studios.ada.call('POST', '/presets', { app: 'video_mixer', name: 'Of Ada alone', spec: { count: 1 } })

  // What came by socket is of one's own, and of all that happened.
  for (const [messages, mine, theirs] of [[ofAda, order, own], [ofBob, own, order]] as const) {
    await expect.poll(() => messages.some((said) => said.includes(mine) && said.includes('"succeeded"')), { timeout: 30_000 }).toBe(true)
    expect(messages.filter((said) => said.includes(theirs))).toEqual([])
  }
  expect(ofBob.filter((said) => said.includes(studios.ada.project))).toEqual([])
  expect(ofAda.filter((said) => said.includes(studios.bob.project))).toEqual([])

  // Pages of another's are as if nothing were there.
  const { page } = bob
  for (const address of [`/projects/${studios.ada.project}`, `/projects/${studios.ada.project}/mix`, `/generations/${order}`]) {
    await bob.open(address)
    await page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
    expect(await page.getByText('Sol lemonade').count(), address).toBe(0)
  }
  await bob.open(`/projects/${studios.bob.project}/mix?from=${order}`) // an order to be ordered again
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor()

  // Lists have one's own alone.
  const link = (id: string) => page.locator(`a[href*="${id}"]`)
  for (const [address, mine] of [['/home', own], ['/projects', studios.bob.project], ['/history', own], ['/wallet', own]] as const) {
    await bob.open(address)
    await link(mine).first().waitFor()
    for (const id of [order, studios.ada.project]) expect(await link(id).count(), `${address} ${id}`).toBe(0)
  }
  await bob.open(`/projects/${studios.bob.project}/mix`)
  await page.getByRole('button', { name: 'Presets' }).click()
  await page.getByLabel('Name of a preset').waitFor()
  expect(await page.getByText('Of Ada alone').count()).toBe(0)

  bob.expected(/status of 404/)
  await bob.leave()
  await ada.leave()
})

test('who signs in after another in one browser sees nothing of theirs', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join('Ada')
  await ada.makeProject('Sol lemonade')
  const project = new URL(page.url()).pathname
  await ada.open('/home')
  await page.getByRole('link', { name: 'Sol lemonade' }).waitFor()
  const bob = await Person.arrive()
  await bob.join('Bob')
  await bob.makeProject('Winter tea')
  await page.getByRole('link', { name: 'Account' }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.waitForURL('**/sign-in')
  await page.locator('input[name=email]').fill(bob.email)
  await page.locator('input[name=password]').fill(bob.password)
  await page.locator('button[type=submit]').click()
  await page.getByRole('heading', { name: 'Hello, Bob' }).waitFor()
  await page.getByRole('link', { name: 'Winter tea' }).waitFor()
  expect(await page.getByText('Sol lemonade').count()).toBe(0)
  await page.evaluate((address) => {
    history.pushState({}, '', address) // within the page: whatever it still keeps would be drawn
    dispatchEvent(new PopStateEvent('popstate'))
  }, project)
  await page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
  ada.expected(/status of 404/)
  await bob.leave()
  await ada.leave()
})

/** What a page hears by its sockets, as text. */
function heard(page: Page): string[] {
  const messages: string[] = []
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => messages.push(String(payload))))
  return messages
}
