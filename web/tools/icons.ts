/**
 * Icons: `node tools/icons.ts` draws `public/favicon.svg` as the PNGs that phones put among their apps. Systems that cut
 * icons into a shape of their own are given one whose ground goes to the edges.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { chromium } from 'playwright-core'
import { findBrowser } from '../e2e/browser.ts'

const PUBLIC = path.resolve(import.meta.dirname, '..', 'public')
const ICONS = [
  { name: 'icon-192.png', size: 192, whole: false },
  { name: 'icon-512.png', size: 512, whole: false },
  { name: 'icon-maskable-512.png', size: 512, whole: true },
  { name: 'apple-touch-icon.png', size: 180, whole: true },
]

async function draw(): Promise<void> {
  const mark = readFileSync(path.join(PUBLIC, 'favicon.svg'), 'utf8')
  const browser = await chromium.launch({ executablePath: await findBrowser(), args: ['--no-sandbox'] })
  const page = await browser.newPage()
  for (const { name, size, whole } of ICONS) {
    const drawing = (whole ? mark.replace(/ rx="\d+"/, '') : mark).replace('<svg ', `<svg width="${size}" height="${size}" `)
    // oxlint-disable-next-line no-await-in-loop -- one page draws them all
    await page.setViewportSize({ width: size, height: size })
    // oxlint-disable-next-line no-await-in-loop
    await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${drawing}`)
    // oxlint-disable-next-line no-await-in-loop
    writeFileSync(path.join(PUBLIC, name), await page.screenshot({ omitBackground: true }))
  }
  await browser.close()
}

await draw()
