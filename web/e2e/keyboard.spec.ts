import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { fileOf, SHORT } from './files'
import { Person, useBrowser } from './world'

useBrowser()

test('the whole journey by keyboard alone: from signing up to an archive of videos', { timeout: 300_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  const keys = page.keyboard
  const button = (name: string | RegExp): Locator => page.getByRole('button', { name, exact: true })
  await ada.open('/sign-up')
  await reach(ada, page.getByLabel('Email address'))
  await keys.type(ada.email)
  await keys.press('Enter')
  await page.goto(await ada.linkInMail())
  await reach(ada, page.getByLabel('Your name'))
  await keys.type('Ada')
  await reach(ada, page.getByLabel('Password', { exact: true }))
  await keys.type(ada.password)
  await keys.press('Enter')
  await page.waitForURL('**/home')

  const skip = page.getByRole('link', { name: 'Skip to the page' })
  const isDrawn = (): Promise<boolean> => skip.evaluate((one) => getComputedStyle(one).clipPath === 'none')
  expect(await isDrawn()).toBe(false)
  await reach(ada, skip)
  expect(await isDrawn()).toBe(true)
  await press(ada, page.getByRole('navigation').getByRole('link', { name: 'Projects' }))
  expect(await isDrawn()).toBe(false)
  await press(ada, page.getByRole('link', { name: 'New project' }).first())
  await reach(ada, page.getByLabel('Name'))
  await keys.type('Sol lemonade')
  await keys.press('Enter')
  await page.getByRole('heading', { name: 'Sol lemonade' }).waitFor()
  const asked = page.waitForEvent('filechooser')
  await press(ada, button('Choose clips'))
  await (await asked).setFiles(SHORT.slice(2, 6).map(fileOf))
  for (const name of SHORT.slice(2, 6)) await page.locator(`[data-tile][aria-label^="${name}, 0:0"]`).waitFor({ timeout: 120_000 })
  await press(ada, button('Make these three'))
  await page.getByRole('region', { name: 'Call to action' }).waitFor()
  for (const [index, name] of SHORT.slice(2, 6).entries()) {
    await reach(ada, page.locator('[data-tile][tabindex="0"]'))
    await keys.press('Home')
    for (let step = 0; step < 8 && !(await focused(page.locator(`[data-tile][aria-label^="${name}"]`))); step += 1) await keys.press('ArrowDown')
    await keys.press(String((index % 3) + 1))
    await page.getByRole('region', { name: ['Hook', 'Body', 'Call to action'][index % 3] ?? '' }).locator(`[data-tile][aria-label^="${name}"]`).waitFor()
  }
  await page.getByText('2 × 1 × 1 =').waitFor()

  await press(ada, page.getByRole('link', { name: 'Mix videos' }))
  await page.getByTestId('capacity').getByText('2', { exact: true }).waitFor()
  await reach(ada, page.locator('[data-field=count] input[type=number]'))
  await keys.press('ControlOrMeta+A')
  await keys.type('2')
  await reach(ada, page.getByRole('radio', { name: 'As the clips come' }))
  await reach(ada, page.locator('[data-field=resolution] input:checked'))
  await keys.press('ArrowLeft')
  await expect.poll(() => page.getByRole('radio', { name: '480p' }).isChecked()).toBe(true)
  await button('Make 2 videos').and(page.locator(':enabled')).waitFor()
  await press(ada, button('Make 2 videos'))
  await page.waitForURL('**/generations/*')
  await page.locator('[data-testid=summary][data-state=succeeded]').waitFor({ timeout: 120_000 })

  await reach(ada, page.getByRole('listbox'))
  await keys.press('ArrowRight')
  await keys.press('Enter')
  await page.getByTestId('panel').getByRole('heading', { name: 'Video 2' }).waitFor()
  await reach(ada, page.getByTestId('panel').getByRole('button', { name: 'Close' }))
  await keys.press('Enter')
  expect(await focused(page.getByRole('listbox'))).toBe(true)
  const saved = page.waitForEvent('download', { timeout: 60_000 })
  await press(ada, button('Download all'))
  expect((await saved).suggestedFilename()).toMatch(/\.zip$/)
  await ada.leave()
})

const focused = (where: Locator): Promise<boolean> => where.first().evaluate((one) => one === document.activeElement)

/** Come to a place with the Tab key alone. */
async function reach({ page }: Person, where: Locator): Promise<void> {
  await where.first().waitFor()
  for (let step = 0; step < 120; step += 1) {
    if (await focused(where)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not lead to ${String(where)}.`)
}

async function press(person: Person, where: Locator): Promise<void> {
  await reach(person, where)
  await person.page.keyboard.press('Enter')
}
