/** Files: what people upload in the journeys, made once for all of them. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { inject } from 'vitest'
import type { Page } from 'playwright-core'

export const CLIPS = ['épée “spring” 100%.mp4', '夏日 🍋 #1.mov', 'a&b=c;d+e.webm', 'rgb.mkv', 'life.mp4', 'sierpinski.mp4'] as const

/** Short ones, whose names say which group they are of: 3 × 3 × 2 videos. */
export const SHORT = ['hook-1', 'hook-2', 'hook-3', 'body-1', 'body-2', 'body-3', 'cta-1', 'cta-2'].map((name) => `${name}.mp4`)

export function fileOf(name: string): string {
  const file = path.join(inject('files'), name)
  if (!existsSync(file)) throw new Error(`There is no ${name}.`)
  return file
}

/** Choose files with the page's own button for them. */
export async function choose(page: Page, names: readonly string[], kind: 'clip' | 'audio' | 'image' = 'clip'): Promise<void> {
  await page.locator(`input[data-adds=${kind}]`).first().setInputFiles(names.map(fileOf))
}
