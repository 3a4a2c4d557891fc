/** Boundaries: shared parts know no feature, features do not know each other, and nothing is long. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { files, WEB } from './sources.ts'

const LINES = 250
// What a folder may import of ours; features may import all of these, and hooks of another feature by its `index.ts`.
const SHARED: Record<string, readonly string[]> = {
  i18n: [],
  api: [],
  theme: [],
  live: ['api'],
  kit: ['api', 'i18n', 'theme'],
  form: ['api', 'i18n', 'kit'],
  shell: ['api', 'i18n', 'kit', 'live'],
}
const sources = files(/\.(tsx?|css)$/)
const code = sources.filter(({ name }) => !name.endsWith('.css'))

/** Files of ours that a source imports, relative to `src`. */
function imports(name: string, text: string): string[] {
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '')
  return found.map((target) => path.posix.join(path.posix.dirname(name), target))
}

test('imports keep to the folders', () => {
  const wrong: string[] = []
  for (const { name, text } of code) {
    const [top = '', feature = ''] = name.split('/')
    for (const target of imports(name, text)) {
      const [into = '', other = '', file = ''] = target.split('/')
      const own = top === into && (top !== 'features' || feature === other)
      const shared = SHARED[top]?.includes(into) || (top === 'features' && into in SHARED)
      const asked = top === 'features' && into === 'features' && file === 'index'
      if (!name.includes('/')) continue // main and router put everything together
      if (into === 'i18n' && name.endsWith('.test.ts')) continue // what is said is tried in the words it is said in
      if (!own && !shared && !asked) wrong.push(`${name} imports ${target}`)
    }
  }
  expect(code.length).toBeGreaterThan(30)
  expect(wrong).toEqual([])
})

test('no file is long', () => {
  const lengths = sources.map(({ name, text }) => [name, text.split('\n').length] as const)
  expect(lengths.filter(([, lines]) => lines > LINES)).toEqual([])
})

test('a colour stands in one place', () => {
  const own = ['form/Picture.tsx', 'docs/'] // pictures of looks; Redoc's page, which has no tokens
  const found: string[] = []
  for (const { name, text } of sources) {
    if (name.startsWith('theme/') || own.some((place) => name.startsWith(place))) continue
    for (const [hex = ''] of text.matchAll(/#(?:[0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-f])/gi)) {
      const digits = hex.length === 4 ? hex.slice(1).replaceAll(/./g, '$&$&') : hex.slice(1)
      const values = (digits.match(/../g) ?? []).map((part) => Number.parseInt(part, 16))
      if (Math.max(...values) - Math.min(...values) > 0x20) found.push(`${name}: ${hex}`) // greys are of what is drawn on pictures
    }
  }
  expect(found).toEqual([])
  const theme = files(/^theme\/(colors\.ts|tokens\.css)$/).map(({ text }) => text.toLowerCase())
  const told = [...theme.join().matchAll(/#[0-9a-f]{6}/g)].map(([hex]) => hex)
  expect(told.length).toBeGreaterThan(20)
  const groups = [...(theme.find((text) => text.includes('group_colors')) ?? '').matchAll(/#[0-9a-f]{6}/g)].map(([hex]) => hex)
  expect(groups).toHaveLength(6)
  expect(groups.filter((color) => told.filter((other) => other === color).length > 1)).toEqual([])
})

test('nothing is written into the page as it came, and nothing keeps a token', () => {
  const all = code.map(({ text }) => text).join('\n')
  expect(all).not.toMatch(/dangerouslySetInnerHTML|\.innerHTML|\beval\(/)
  expect(all).not.toMatch(/serviceWorker/)
  expect(all).not.toMatch(/(?:local|session)Storage\.setItem\([^)]*token/i)
})

test('the lock names no host', () => {
  const lock = JSON.parse(readFileSync(path.join(WEB, 'package-lock.json'), 'utf8'))
  const resolved = Object.values<{ resolved?: string }>(lock.packages).filter((each) => each.resolved !== undefined)
  expect(resolved).toEqual([])
})
