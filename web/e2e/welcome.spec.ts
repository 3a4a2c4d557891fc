import { expect, test } from 'vitest'
import { Person, useBrowser } from './world'

useBrowser()

test('the welcome page counts what is possible and plays it, before anything is asked', async () => {
  const guest = await Person.arrive()
  const { page } = guest
  await guest.open('/')
  const counted = page.locator('[aria-live=polite]', { hasText: 'different videos' })
  await expect.poll(() => counted.textContent(), { timeout: 60_000 }).toMatch(/^144 /)
  await page.getByRole('button', { name: 'Any order' }).click()
  await expect.poll(() => counted.textContent(), { timeout: 60_000 }).toMatch(/^864 /)
  await page.getByRole('button', { name: 'Two speeds' }).click()
  await expect.poll(() => counted.textContent(), { timeout: 60_000 }).toMatch(/^108 /)

  await page.getByRole('button', { name: 'Play', exact: true }).click()
  await page.locator('[class*=strip] i:nth-child(2)[data-on]').waitFor() // the second shot came to the front by itself
  await page.getByText('Video 2, as it would be made').waitFor()
  await guest.leave()
})

test('a new account is three clicks from its first real videos', async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  await ada.open('/home')
  await page.getByRole('button', { name: 'Try it with sample clips' }).click()
  await page.getByRole('heading', { name: 'Sol lemonade', level: 1 }).waitFor()
  for (const group of ['Hook', 'Body', 'Call to action']) await page.getByText(group, { exact: true }).first().waitFor()
  await page.getByText('3 × 3 × 2 =').waitFor()
  await page.getByText('8 files are ready').waitFor()

  await page.getByRole('link', { name: 'Mix videos' }).click()
  const make = page.getByRole('button', { name: /^Make \d+ videos$/ })
  await expect.poll(() => page.getByTestId('capacity').textContent()).toBe('18')
  await make.click()
  await page.waitForURL('**/generations/*')
  await page.locator('[role=option][data-state=made] img').first().waitFor()
  await page.locator('[role=option][data-state=made]').first().click()
  const video = page.locator('[data-testid=panel] video')
  await expect.poll(() => video.evaluate((one: HTMLVideoElement) => one.currentTime)).toBeGreaterThan(0.2)
  await ada.leave()
})
