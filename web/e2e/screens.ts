/** Screens: a page in light and dark, on a phone and wide, looked over by axe; `make screens` keeps pictures of them. */
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Person } from './world'

const FOLDER = path.join(import.meta.dirname, 'screens')
const KEPT = 'SCREENS' in process.env
const WIDTHS = { wide: { width: 1360, height: 820 }, phone: { width: 390, height: 844 } } as const
const SCHEMES = ['light', 'dark'] as const

/** Keep a picture of what is on the page, where pictures are kept. */
export async function picture(page: Page, name: string): Promise<void> {
  if (!KEPT) return
  const { width, height } = page.viewportSize() ?? WIDTHS.wide
  const inDialog = (await page.locator('dialog[open], [role=dialog]').count()) > 0 // which stands where a person sees it
  if (!inDialog) await page.setViewportSize({ width, height: Math.max(height, await page.evaluate(() => document.documentElement.scrollHeight)) })
  await settled(page)
  await page.waitForFunction(() => [...document.images].every((one) => one.complete || one.getBoundingClientRect().top > innerHeight))
  mkdirSync(FOLDER, { recursive: true })
  await page.screenshot({ path: path.join(FOLDER, `${name}.png`) })
  await page.setViewportSize({ width, height })
}

/** Nothing on the page may be out of reach of anybody, in any shape; pictures of them are named after `name`. */
export async function look(person: Person, name: string): Promise<void> {
  const { page } = person
  for (const [shape, size] of Object.entries(WIDTHS)) {
    await page.setViewportSize(size)
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' })
      await picture(page, `${name}-${shape}-${colorScheme}`)
      await reachable(page, `${name} ${shape} ${colorScheme}`, colorScheme === 'dark')
    }
  }
  await page.setViewportSize(WIDTHS.wide)
  await page.emulateMedia({ colorScheme: 'light' })
}

/** axe finds nothing on the page as it is. In another scheme only colours are others: `coloursOnly`. */
export async function reachable(page: Page, name: string, coloursOnly = false): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source)
  await settled(page)
  const found = await page.evaluate(async (only) => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run({
      resultTypes: ['violations'],
      ...(only && { runOnly: ['color-contrast'] }),
    })
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html.slice(0, 160)} (${any[0]?.message})`).join(' | ')}`)
  }, coloursOnly)
  expect(found, `${name}: ${found.join()}`).toEqual([])
}

/** Wait until colours and places have stopped changing, two frames long; what moves for ever is not waited for. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let still = 0; still < 2; still += 1) {
      await new Promise(requestAnimationFrame)
      const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
      if (ending.length > 0) still = -1
      await Promise.allSettled(ending.map(({ finished }) => finished))
    }
  })
}

/** A page in a language, on the smallest phone, light and dark: nothing is cut off or out of anybody's reach. */
export async function legible(person: Person, name: string): Promise<void> {
  const { page } = person
  await fits(person, name, true)
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' })
    await reachable(page, `${name} ${colorScheme}`, colorScheme === 'dark')
  }
  await page.emulateMedia({ colorScheme: 'light' })
}

/** Nothing sticks out of a small phone, and no text is cut off, in whatever language. */
export async function fits(person: Person, name: string, stays = false): Promise<void> {
  const { page } = person
  await page.setViewportSize({ width: 320, height: 640 })
  await settled(page)
  const out = await page.evaluate(() => {
    const found: string[] = []
    if (document.documentElement.scrollWidth > 320) {
      // oxlint-disable-next-line unicorn/consistent-function-scoping -- all of it runs in the page
      const sticksOut = (element: Element): boolean => element.getBoundingClientRect().right > 321
      const wide = [...document.querySelectorAll('#root *')].filter((one) => sticksOut(one) && !sticksOut(one.parentElement ?? one))
      const named = wide.map((one) => `${one.outerHTML.slice(0, 80)} in ${one.parentElement?.className}`)
      found.push(`page is ${document.documentElement.scrollWidth} wide: ${named.join(', ')}`)
    }
    for (const element of document.querySelectorAll<HTMLElement>('#root *')) {
      const hidden = getComputedStyle(element).overflowX === 'hidden' && !element.closest('.unseen')
      const cut = hidden && element.scrollWidth > element.clientWidth + 1 && element.innerText?.trim()
      if (cut && !element.closest('.cut')) found.push(`cut off: ${element.innerText.slice(0, 60)}`)
    }
    return found
  })
  expect(out, name).toEqual([])
  if (!stays) await page.setViewportSize(WIDTHS.wide)
}
