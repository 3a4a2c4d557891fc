/** Icons: what a phone puts among its apps is there, in the sizes that are said, and of the colours of the app. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { WEB } from './sources.ts'

const read = (...place: string[]): Buffer => readFileSync(path.join(WEB, ...place))
const manifest = JSON.parse(read('public', 'manifest.webmanifest').toString()) as {
  theme_color: string
  background_color: string
  icons: { src: string; sizes: string; type: string; purpose: string }[]
}
const index = read('index.html').toString()

/** `192x192` of a PNG, which begins with its size. */
function sizeOf(file: Buffer): string {
  expect(file.subarray(1, 4).toString()).toBe('PNG')
  return `${file.readUInt32BE(16)}x${file.readUInt32BE(20)}`
}

test('the app can be put among the apps of a phone', () => {
  const pictures = manifest.icons.filter(({ type }) => type === 'image/png')
  expect(pictures.map(({ sizes, purpose }) => `${sizes} ${purpose}`).sort()).toEqual(['192x192 any', '512x512 any', '512x512 maskable'])
  for (const { src, sizes } of pictures) expect([src, sizeOf(read('public', src))]).toEqual([src, sizes])
  const [, apple = ''] = /rel="apple-touch-icon" href="\/([^"]+)"/.exec(index) ?? []
  expect(sizeOf(read('public', apple))).toBe('180x180')
  const all = [...pictures.map(({ src }) => src), apple]
  expect(all.reduce((sum, src) => sum + read('public', src).length, 0)).toBeLessThan(20_000)
})

test('colours outside the app are those of its tokens', () => {
  const tokens = read('src', 'theme', 'tokens.css').toString()
  const [, light, dark] = /--bg: light-dark\((#\w+), (#\w+)\)/.exec(tokens) ?? []
  const [, mark] = /--mark: (#\w+)/.exec(tokens) ?? []
  expect([...index.matchAll(/name="theme-color"[^>]*content="(#\w+)"/g)].map(([, color]) => color)).toEqual([light, dark])
  expect([manifest.background_color, manifest.theme_color]).toEqual([light, mark])
  expect(read('public', 'favicon.svg').toString()).toContain(`fill="${mark}"`)
})
