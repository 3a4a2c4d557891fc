import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { fileOf } from './files'
import { look } from './screens'
import { loseFile, Studio } from './studio'
import { Person, useBrowser } from './world'

useBrowser()

test('a video that cannot be made is named with its clip and why, costs nothing, and is made once it can be', { timeout: 300_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  const studio = await Studio.of(ada, [fileOf('hook-2.mp4'), ownCopy('hook-3.mp4'), fileOf('body-1.mp4')])
  const { items: clips } = await studio.call('GET', `/projects/${studio.project}/clips`)
  const lost = clips.find(({ name }: { name: string }) => name === 'hook-3.mp4')
  const bring = loseFile(lost.id)
  const order = await studio.order({ count: 2 })
  await ada.open(`/generations/${order}`)
  await page.locator('[data-testid=summary][data-state=partial]').waitFor({ timeout: 120_000 })
  await page.getByText('1 video will not be made and costs nothing').waitFor()
  await page.getByText('1 credit came back').waitFor()
  const { outputs } = await studio.call('GET', `/generations/${order}`)
  const failed = outputs.filter(({ state }: { state: string }) => state === 'failed')
  expect(failed).toHaveLength(1)
  const failures = page.getByTestId('failures')
  await failures.getByText('hook-3.mp4: The file is not there any more; upload it again.').waitFor()
  await failures.getByText(failed[0].title, { exact: true }).waitFor()
  expect(await page.locator('[role=option][data-state=made] img').count()).toBe(1)
  expect(await studio.balance()).toMatchObject({ available: 99, reserved: 0 })
  await expect.poll(() => page.getByTestId('distinctness').count()).toBe(0) // one video is like no other
  await look(ada, 'generation-failed')

  bring()
  await failures.getByRole('button', { name: 'Try it again for 1 credit' }).click()
  await page.waitForURL((url) => url.pathname.startsWith('/generations/') && !url.pathname.endsWith(order))
  await page.locator('[data-testid=summary][data-state=succeeded]').waitFor({ timeout: 120_000 })
  await page.getByRole('heading', { level: 1, name: '1 video' }).waitFor()
  expect(await page.getByTestId('failures').count()).toBe(0)
  await page.locator('[role=option][data-state=made]').click()
  const video = page.locator('[data-testid=panel] video')
  await expect.poll(() => video.evaluate((one: HTMLVideoElement) => one.currentTime), { timeout: 20_000 }).toBeGreaterThan(0.2)
  await ada.leave()
})

/** A file that nobody has read before: workers keep what they have read, by its content. */
function ownCopy(name: string): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'medley-own-')), name)
  const unread = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('free'), randomBytes(16)])
  writeFileSync(file, Buffer.concat([readFileSync(fileOf(name)), unread]))
  return file
}
