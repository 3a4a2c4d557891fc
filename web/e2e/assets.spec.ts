import { expect, test } from 'vitest'
import { choose, fileOf } from './files'
import { look } from './screens'
import { Person, useBrowser } from './world'

useBrowser()

test('a sound and a picture are added, heard and seen, deleted and brought back', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  await ada.makeProject('Sol lemonade')
  await page.getByRole('button', { name: 'Sound and pictures' }).click()
  await page.getByRole('button', { name: 'Add sound' }).waitFor()
  await choose(page, ['bed.mp3'], 'audio')
  await choose(page, ['logo.png'], 'image')
  await page.getByText('200 × 100').waitFor({ timeout: 60_000 })
  await page.getByText('0:03').waitFor({ timeout: 60_000 })
  const sound = page.locator('audio')
  await sound.evaluate((audio: HTMLAudioElement) => audio.play())
  await expect.poll(() => sound.evaluate((audio: HTMLAudioElement) => audio.currentTime), { timeout: 20_000 }).toBeGreaterThan(0)
  await page.getByRole('button', { name: 'Put the list of uploads away' }).click()
  await look(ada, 'project-assets')
  await page.getByRole('button', { name: 'Delete logo.png' }).click()
  await page.getByText('“logo.png” is deleted.').waitFor()
  await page.getByText('200 × 100').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('200 × 100').waitFor()
  await ada.leave()
})

test('files are dropped anywhere: clips become clips, sounds sounds, and a picture is told its place', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  await ada.makeProject('Sol lemonade')
  await page.getByRole('button', { name: 'Choose clips' }).waitFor()
  const input = await page.evaluateHandle(() => Object.assign(document.createElement('input'), { type: 'file', multiple: true }))
  await input.asElement()?.setInputFiles(['life.mp4', 'bed.mp3', 'logo.png'].map(fileOf))
  await input.evaluate((chosen) => {
    const dataTransfer = new DataTransfer()
    for (const file of (chosen as HTMLInputElement).files ?? []) dataTransfer.items.add(file)
    for (const type of ['dragenter', 'dragover', 'drop'])
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
  })
  await page.getByText('A picture cannot be a clip.').waitFor()
  await page.locator('[data-tile][aria-label^="life.mp4, 0:0"]').waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Sound and pictures' }).click()
  await page.getByText('0:03').waitFor({ timeout: 60_000 })
  await ada.leave()
})
