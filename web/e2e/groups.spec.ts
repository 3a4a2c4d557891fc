import { expect, test } from 'vitest'
import { choose, CLIPS } from './files'
import { look } from './screens'
import { Person, useBrowser } from './world'

useBrowser()

test('clips are sorted into groups by keys alone, moved by the menu, deleted and brought back', { timeout: 480_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  const keys = page.keyboard
  await ada.join()
  await ada.makeProject('Sol lemonade')
  await page.getByRole('button', { name: 'Choose clips' }).waitFor()
  await look(ada, 'project-empty')
  await choose(page, [...CLIPS, 'shopping list.mp4'])
  const tile = (name: string) => page.locator('[data-tile]', { has: page.locator(`xpath=self::*[starts-with(@aria-label, "${name}")]`) })
  for (const name of CLIPS) await page.locator(`[data-tile][aria-label^="${name}, 0:0"]`).waitFor({ timeout: 120_000 })
  await page.getByText('6 files are ready').waitFor({ timeout: 60_000 })
  await look(ada, 'project-uploaded')
  await page.getByRole('button', { name: 'Put the list of uploads away' }).click()
  await look(ada, 'project-first-groups')

  await page.getByRole('button', { name: 'Make these three' }).focus()
  await keys.press('Enter')
  await page.getByRole('region', { name: 'Call to action' }).waitFor()
  const hook = page.getByRole('region', { name: 'Hook' })
  for (const [index, name] of CLIPS.entries()) {
    await tile(name).focus()
    await keys.press(String((index % 3) + 1))
    await page.getByRole('region', { name: ['Hook', 'Body', 'Call to action'][index % 3] ?? '' }).locator(`[data-tile][aria-label^="${name}"]`).waitFor()
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')).toMatch(name)
  }
  await page.getByText('2 × 2 × 2 =').waitFor()
  await page.locator('b', { hasText: /^8$/ }).waitFor()
  const sign = tile(CLIPS[0]).locator('[title*="fewer than 480 pixels"]') // how many warnings there are is seen without opening it
  expect(await sign.evaluate((one) => getComputedStyle(one, '::after').content)).toMatch(/^"[1-9]"$/)
  await look(ada, 'project-groups')

  await tile(CLIPS[0]).focus()
  await keys.press('ArrowRight')
  await keys.press('ArrowRight')
  await keys.press('Space')
  await page.getByText('1 selected').waitFor()
  await keys.press('ArrowDown')
  await keys.press('Shift+Space')
  await page.getByText('2 selected').waitFor()
  const above = (): Promise<string> => page.evaluate(() => document.documentElement.style.getPropertyValue('--bar'))
  await expect.poll(above).toMatch(/^\d+px$/) // so that words on what was done are not laid over it
  await look(ada, 'project-selected')
  await page.getByRole('button', { name: 'Move to…' }).click()
  await page.getByRole('menuitem', { name: 'Body' }).click()
  await page.getByText(/Hook. has no clip/).waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('2 × 2 × 2 =').waitFor()

  await page.getByRole('checkbox', { name: `Select ${CLIPS[0]}` }).click()
  await keys.press('2') // the focus is on the mark, not on the clip
  await page.getByText('1 × 3 × 2 =').waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-tile'))).toBeTruthy()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('2 × 2 × 2 =').waitFor()

  await tile(CLIPS[0]).focus()
  await keys.press('Enter')
  await page.getByRole('dialog').locator('video').waitFor()
  await expect.poll(() => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime), { timeout: 20_000 }).toBeGreaterThan(0)
  await page.getByRole('dialog').getByText('Its shorter side has fewer than 480 pixels').waitFor()
  await look(ada, 'project-player')
  await keys.press('ArrowDown')
  await page.getByRole('dialog', { name: CLIPS[3] }).waitFor()
  await keys.press('Escape')

  await tile(CLIPS[1]).focus()
  await keys.press('Delete')
  await page.getByText('2 × 1 × 2 =').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('2 × 2 × 2 =').waitFor()

  await hook.getByRole('button', { name: 'More for Hook' }).click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await page.getByLabel('Name of the group').fill('Body')
  await keys.press('Enter')
  await page.getByText('This project has a group of that name').waitFor()
  await page.getByLabel('Name of the group').fill('Opening')
  await keys.press('Enter')
  await page.getByRole('region', { name: 'Opening' }).waitFor()
  await page.getByRole('button', { name: 'More for Body' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByText('“Body” is deleted; its clips stay.').waitFor()
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await page.getByText('2 × 2 × 2 =').waitFor()
  expect(await page.getByRole('heading', { level: 3 }).allTextContents()).toEqual(['In no group', 'Opening', 'Body', 'Call to action'])
  ada.expected(/status of 409/) // the name that is taken, which was said
  await ada.leave()
})

test('a first project is tried with samples: brought, sorted and counted by one click', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  await ada.makeProject('Sol lemonade')
  await page.getByRole('button', { name: 'Try it with eight sample clips' }).click()
  await page.getByText('8 files are ready').waitFor({ timeout: 180_000 })
  await page.getByText('3 × 3 × 2 =').waitFor()
  await page.locator('b', { hasText: /^18$/ }).waitFor()
  await page.getByRole('button', { name: 'Put the list of uploads away' }).click()
  await look(ada, 'project-samples')
  await ada.leave()
})
