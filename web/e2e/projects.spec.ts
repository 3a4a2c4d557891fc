import { expect, test } from 'vitest'
import { fileOf, SHORT } from './files'
import { Studio } from './studio'
import { Person, useBrowser } from './world'

useBrowser()

test('a project is renamed, copied with all it holds, put into the archive and taken out', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  const studio = await Studio.of(ada, SHORT.slice(2, 5).map(fileOf))
  await ada.open(`/projects/${studio.project}`)
  const act = async (name: string): Promise<void> => {
    await page.getByRole('button', { name: 'More for this project' }).click()
    await page.getByRole('menuitem', { name, exact: true }).click()
  }
  const named = (name: string): Promise<void> => page.getByRole('heading', { level: 1, name, exact: true }).waitFor()

  await act('Rename')
  await page.getByRole('textbox', { name: 'Name' }).fill('Never mind')
  await page.keyboard.press('Escape')
  await page.getByRole('textbox', { name: 'Name' }).waitFor({ state: 'detached' })
  await named('Sol lemonade')
  await act('Rename')
  await expect.poll(() => page.getByRole('textbox', { name: 'Name' }).evaluate((field) => field === document.activeElement)).toBe(true)
  await page.waitForFunction(() => document.querySelector('[role=menu]') === null)
  await page.keyboard.type('Summer lemonade') // the field has the focus, and its words are marked
  await page.keyboard.press('Enter')
  await named('Summer lemonade')

  await act('Duplicate')
  await named('Summer lemonade (copy)')
  await page.waitForURL((url) => !url.pathname.endsWith(studio.project))
  const copy = new URL(page.url()).pathname
  for (const [group, count] of [['hook', 1], ['body', 2]] as const)
    await expect.poll(() => page.getByRole('region', { name: group }).locator('[data-tile]').count(), { timeout: 30_000 }).toBe(count)

  await act('Archive')
  await page.getByText('“Summer lemonade (copy)” is in the archive.').waitFor()
  await page.setViewportSize({ width: 390, height: 844 }) // words on what was done are not laid over the places at the foot
  const boxes = (): Promise<({ y: number; height: number } | null)[]> =>
    Promise.all([page.getByRole('region', { name: 'Messages' }).boundingBox(), page.getByRole('navigation').boundingBox()])
  const under = async (): Promise<number> => {
    const [said, places] = await boxes()
    return said && places ? places.y - said.y - said.height : -1
  }
  await expect.poll(under).toBeGreaterThanOrEqual(0)
  await page.setViewportSize({ width: 1360, height: 820 })
  await ada.open('/projects')
  await page.getByRole('link', { name: 'Summer lemonade', exact: true }).waitFor()
  expect(await page.getByRole('link', { name: 'Summer lemonade (copy)' }).count()).toBe(0)
  await page.getByRole('button', { name: 'Archived' }).click()
  await page.getByRole('link', { name: 'Summer lemonade (copy)' }).click()
  await page.waitForURL(`**${copy}`)
  await act('Take out of the archive')
  await page.getByText('“Summer lemonade (copy)” is out of the archive.').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await act('Take out of the archive') // which says that it is in there again
  await ada.open('/projects')
  await page.getByRole('link', { name: 'Summer lemonade (copy)' }).waitFor()
  await ada.leave()
})
