import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fileOf } from './files'
import { legible } from './screens'
import { Studio } from './studio'
import { Person, useBrowser } from './world'

useBrowser()

test('finished videos are kept longer, more of them are made, and the wallet is a table', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  const studio = await Studio.of(ada, ['hook-1', 'hook-2', 'body-1', 'body-2', 'cta-1'].map((name) => fileOf(`${name}.mp4`))) // four videos
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
  const panel = page.getByTestId('panel')
  for (const [step, n] of [['Next', 2], ['Next', 1], ['Previous', 2]] as const) {
    await panel.getByRole('button', { name: `${step} video` }).click()
    await panel.getByRole('heading', { name: `Video ${n}` }).waitFor()
  }
  const single = page.waitForEvent('download')
  await panel.getByRole('button', { name: 'Download this video' }).click()
  expect((await single).suggestedFilename()).toMatch(/Video 2\.mp4$/)
  await page.getByRole('button', { name: 'More to do' }).click()
  const menu = page.getByRole('menu')
  await menu.getByRole('menuitem').first().waitFor()
  await page.keyboard.press('Escape') // closes one thing at a time
  await menu.waitFor({ state: 'detached' })
  expect(await panel.count()).toBe(1)
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  await page.locator('[role=option]').first().click() // the focus stays with the grid
  await panel.waitFor()
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  await page.getByRole('listbox').focus()
  await page.keyboard.press('Control+a')
  const both = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download 2 videos' }).click()
  expect(readFileSync(await (await both).path()).subarray(0, 2).toString()).toBe('PK')
  await page.getByRole('button', { name: 'Clear' }).click()

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

  // What was begun in the project stays as it is, whatever is made of an earlier order.
  const own = page.getByRole('radio', { name: '1080p' })
  await ada.open(`/projects/${studio.project}/mix`)
  await own.check({ force: true })
  await ada.open(`/generations/${first}`)
  await page.getByRole('link', { name: 'Same again…' }).click()
  await page.getByRole('heading', { name: 'Mix', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Make 2 videos' }).waitFor()
  expect(await own.isChecked()).toBe(false)
  await page.getByRole('button', { name: 'Another choice' }).waitFor()
  await page.goBack()
  await page.getByRole('link', { name: '2 more' }).click()
  await page.getByRole('heading', { name: 'More of the same' }).waitFor()
  expect(await page.getByRole('button', { name: 'Another choice' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Make 2 videos' }).click()
  await page.waitForURL((url) => url.pathname.startsWith('/generations/') && !url.pathname.endsWith(first))
  const second = page.url().split('/').pop() ?? ''
  await studio.reached(second, ({ planned }) => planned)
  const cuts = async (id: string): Promise<string[]> => {
    const { outputs } = await studio.call('GET', `/generations/${id}/manifest`)
    return outputs.map(({ shots }: { shots: { clip_id: string }[] }) => shots.map(({ clip_id }) => clip_id).join())
  }
  expect(new Set([...(await cuts(first)), ...(await cuts(second))]).size).toBe(4)
  await ada.open(`/projects/${studio.project}/mix`)
  await expect.poll(() => own.isChecked()).toBe(true)

  await ada.open('/wallet')
  await page.getByText('Paid for finished videos').first().waitFor()
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
