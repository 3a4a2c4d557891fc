import { expect, test } from 'vitest'
import { Studio } from './studio'
import { orderThousand } from './thousand'
import { useBrowser } from './world'

useBrowser()

const NODES = 1500

test('a thousand videos are few elements, and all are at hand', { timeout: 240_000 }, async () => {
  const { person: ada, studio } = await Studio.copied()
  const { page } = ada
  const id = await orderThousand(ada, studio)
  await ada.open(`/generations/${id}`)
  const list = page.getByRole('listbox')
  const nodes = (): Promise<number> => page.evaluate(() => document.querySelectorAll('*').length)
  const seen = async (n: number): Promise<void> => page.locator(`[role=option][aria-posinset="${n}"]`).waitFor()
  await seen(1)
  await page.getByTestId('failures').waitFor() // all were stopped before they were made: there is nothing to compare
  expect(await nodes()).toBeLessThanOrEqual(NODES)
  await list.focus()
  await page.keyboard.press('End')
  await seen(1000)
  expect(await nodes()).toBeLessThanOrEqual(NODES)
  await page.keyboard.press('Space')
  await page.keyboard.press('Shift+Home')
  await page.getByText('1,000 selected').waitFor()
  await seen(1)
  await page.keyboard.press('PageDown')
  await page.keyboard.press('PageDown')
  await page.keyboard.press('Escape')
  await page.getByText('selected').waitFor({ state: 'detached' })
  await page.mouse.wheel(0, 20_000)
  await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(10_000)
  expect(await nodes()).toBeLessThanOrEqual(NODES)
  await ada.leave()
})
