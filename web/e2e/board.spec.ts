import { cpSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { fileOf } from './files'
import { Studio } from './studio'
import { Person, useBrowser } from './world'

useBrowser()

const POSTER = 'poster'
const tileOf = (page: Page, name: string): Locator => page.locator(`[data-tile][aria-label^="${name}"]`)

test('clips are dragged into another group, to a place in it, and several at once', { timeout: 240_000 }, async () => {
  const { person: ada, studio } = await Studio.copied()
  const { page } = ada
  await ada.open(`/projects/${studio.project}`)
  const body = page.getByRole('region', { name: 'body' })
  const inBody = async (...numbers: string[]): Promise<void> =>
    expect
      .poll(() => body.locator('[data-tile]').evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('aria-label')?.split('.')[0])), { timeout: 30_000 })
      .toEqual(numbers)
  await inBody('body-1', 'body-2', 'body-3')

  await drag(page, tileOf(page, 'hook-1'), body.getByRole('heading'), 0.5)
  await inBody('body-1', 'body-2', 'body-3', 'hook-1')
  await drag(page, tileOf(page, 'hook-1'), tileOf(page, 'body-2'), 0.2)
  await inBody('body-1', 'hook-1', 'body-2', 'body-3')

  for (const name of ['hook-2', 'hook-3']) await page.getByRole('checkbox', { name: `Select ${name}.mp4` }).click()
  await page.getByText('2 selected').waitFor()
  await drag(page, tileOf(page, 'hook-3'), tileOf(page, 'body-1'), 0.8)
  await inBody('body-1', 'hook-2', 'hook-3', 'hook-1', 'body-2', 'body-3')
  await page.reload() // and so it is kept
  await inBody('body-1', 'hook-2', 'hook-3', 'hook-1', 'body-2', 'body-3')
  await ada.leave()
})

test('clips of no group are shared out evenly by one click, and back by another', { timeout: 240_000 }, async () => {
  const { person: ada, studio } = await Studio.copied()
  const { page } = ada
  const { items: clips } = await studio.call('GET', `/projects/${studio.project}/clips`)
  await studio.call('POST', `/projects/${studio.project}/clips/ungroup`, { clip_ids: clips.map(({ id }: { id: string }) => id) })
  await ada.open(`/projects/${studio.project}`)
  const names = (group: string): Promise<(string | undefined)[]> =>
    page.getByRole('region', { name: group }).locator('[data-tile]').evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('aria-label')?.split('.')[0]))
  await expect.poll(() => names('In no group')).toHaveLength(8)
  const all = await names('In no group')
  expect(await page.getByText('different videos').count()).toBe(0) // a number of no groups tells nobody anything
  await page.getByRole('button', { name: 'Sort evenly into the groups' }).click()
  await page.getByText('3 × 3 × 2 =').waitFor()
  expect([await names('hook'), await names('body'), await names('cta')]).toEqual([all.slice(0, 3), all.slice(3, 6), all.slice(6)])
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => names('In no group')).toEqual(all)
  await ada.leave()
})

test('a folder is dropped, and what is in it and below it becomes clips', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  await ada.makeProject('Sol lemonade')
  await page.getByRole('button', { name: 'Choose clips' }).waitFor()
  const folder = mkdtempSync(path.join(tmpdir(), 'medley-dropped-'))
  mkdirSync(path.join(folder, 'phone', 'may'), { recursive: true })
  for (const [name, place] of [['hook-1.mp4', ''], ['hook-2.mp4', 'phone'], ['body-1.mp4', 'phone/may']] as const)
    cpSync(fileOf(name), path.join(folder, place, name))
  const input = await page.context().newCDPSession(page)
  const data = { items: [], files: [folder], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver'] as const) await input.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data })
  await page.getByText('Drop them anywhere', { exact: true }).waitFor()
  await input.send('Input.dispatchDragEvent', { type: 'drop', x: 600, y: 400, data })
  for (const name of ['hook-1', 'hook-2', 'body-1']) await tileOf(page, `${name}.mp4, 0:0`).waitFor({ timeout: 60_000 })
  expect(await page.locator('[data-tile]').count()).toBe(3)
  await ada.leave()
})

test('a clip is looked through by arrow keys, by the mouse, and by a finger', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  const studio = await Studio.of(ada, [fileOf('life.mp4')])
  await ada.open(`/projects/${studio.project}`)
  const tile = tileOf(page, 'life.mp4')
  await tile.focus()
  expect(await pictureOf(tile)).toBe(POSTER)
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => pictureOf(tile)).toBe(0)
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowRight')
  await expect.poll(() => pictureOf(tile)).toBe(3)
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => pictureOf(tile)).toBe(2)
  await page.getByRole('link', { name: 'Mix videos' }).focus()
  await expect.poll(() => pictureOf(tile)).toBe(POSTER)

  for (const picture of [7, 1, 9, 0]) {
    await pointAt(page, tile, picture)
    await expect.poll(() => pictureOf(tile)).toBe(picture)
  }
  await page.mouse.move(0, 0)
  await expect.poll(() => pictureOf(tile)).toBe(POSTER)

  const phone = await Person.beside(ada, { phone: true })
  await phone.open(`/projects/${studio.project}`)
  const small = tileOf(phone.page, 'life.mp4')
  await small.waitFor()
  const finger = await phone.page.context().newCDPSession(phone.page)
  const touch = async (type: 'touchStart' | 'touchMove' | 'touchEnd', picture?: number): Promise<void> =>
    void (await finger.send('Input.dispatchTouchEvent', { type, touchPoints: picture === undefined ? [] : [await placeOf(small, picture)] }))
  await touch('touchStart', 2)
  for (const picture of [5, 8, 3]) {
    await touch('touchMove', picture)
    await expect.poll(() => pictureOf(small)).toBe(picture)
  }
  await touch('touchEnd')
  await expect.poll(() => pictureOf(small)).toBe(POSTER)
  expect(await phone.page.getByRole('dialog').count()).toBe(0) // a finger that looked through it did not open it
  await phone.leave()
  await ada.leave()
})

/** Which picture of its filmstrip a tile shows, from 0; or its poster. */
function pictureOf(tile: Locator): Promise<number | typeof POSTER> {
  return tile.evaluate((face, poster) => {
    const over = [...face.querySelectorAll('span')].map((one) => getComputedStyle(one)).find((style) => style.backgroundImage !== 'none')
    const strip = face.querySelector<HTMLImageElement>('img[hidden]')
    return over === undefined || !strip?.naturalWidth ? poster : Math.round((Number.parseFloat(over.backgroundPositionX) * 9) / 100)
  }, POSTER as typeof POSTER)
}

/** The middle of the place of one of ten pictures. */
async function placeOf(tile: Locator, picture: number): Promise<{ x: number; y: number }> {
  await tile.scrollIntoViewIfNeeded()
  const box = await tile.boundingBox()
  if (box === null) throw new Error('The tile is nowhere.')
  return { x: box.x + ((picture + 0.5) / 10) * box.width, y: box.y + box.height / 2 }
}

async function pointAt(page: Page, tile: Locator, picture: number): Promise<void> {
  const { x, y } = await placeOf(tile, picture)
  await page.mouse.move(x, y)
}

/** Drag something by the mouse to a share of the width of something else. */
async function drag(page: Page, what: Locator, where: Locator, share: number): Promise<void> {
  await what.hover()
  await page.mouse.down()
  const box = await where.boundingBox()
  if (box === null) throw new Error('There is no place to drag it to.')
  const [x, y] = [box.x + share * box.width, box.y + box.height / 2]
  await page.mouse.move(x + 4, y, { steps: 6 })
  await page.mouse.move(x, y)
  await page.mouse.up()
}
