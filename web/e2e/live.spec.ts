import { expect, test } from 'vitest'
import { fileOf, SHORT } from './files'
import { Studio } from './studio'
import { Person, useBrowser } from './world'

useBrowser()

test('the end of an order comes by push: meanwhile the page asks for nothing', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  const studio = await Studio.of(ada)
  const held: (() => void)[] = []
  let holds = true
  await page.routeWebSocket(/\/socket/, (socket) => {
    const cloud = socket.connectToServer()
    cloud.onMessage((said) => {
      if (holds && String(said).includes('generation_changed')) held.push(() => socket.send(said))
      else socket.send(said)
    })
  })
  let asked = 0
  const id = await studio.order({ count: 18 })
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === `/v1/generations/${id}`) asked += 1
  })
  await ada.open(`/generations/${id}`)
  const summary = page.getByTestId('summary')
  await summary.waitFor()
  await studio.order({ count: 1 })
  await page.getByText('81 credits').waitFor() // so the page listens, and has asked for all of it once more when it began to
  const before = asked
  await studio.reached(id, ({ state }) => state === 'succeeded')
  expect(await summary.getAttribute('data-state')).toBe('running')
  expect(asked).toBe(before)
  await expect.poll(() => held.length).toBeGreaterThan(0)
  holds = false
  for (const say of held) say()
  await page.locator('[data-testid=summary][data-state=succeeded]').waitFor()
  await expect.poll(() => page.locator('[role=option]:not([data-state=made])').count()).toBe(0)
  await ada.leave()
})

test('without a socket the page asks by itself; when there is one again it listens', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  const studio = await Studio.of(ada, SHORT.slice(1, 4).map(fileOf))
  let [refuses, open] = [true, false]
  const heard: string[] = []
  await page.routeWebSocket(/\/socket/, (socket) => {
    if (refuses) return void socket.close()
    const cloud = socket.connectToServer()
    open = true
    return cloud.onMessage((said) => {
      heard.push(String(said))
      socket.send(said)
    })
  })
  const first = await studio.order({ count: 2 })
  await ada.open(`/generations/${first}`)
  await page.locator('[data-testid=summary][data-state=succeeded]').waitFor({ timeout: 120_000 })
  expect(heard).toEqual([])
  refuses = false
  await expect.poll(() => open, { timeout: 60_000 }).toBe(true)
  await studio.order({ count: 1 })
  await expect.poll(() => heard.some((said) => said.includes('wallet_changed')), { timeout: 60_000 }).toBe(true)
  await page.getByText('97 credits').waitFor()
  await ada.leave()
})
