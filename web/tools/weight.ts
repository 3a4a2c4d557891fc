/** Weight: what a browser fetches before a page is there, packed as the site packs it. Reads `dist`, which `make web` builds. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { files, WEB } from './sources.ts'

const DIST = path.join(WEB, 'dist')
const ALWAYS = ['index.html', 'src/i18n/zh.ts', 'src/features/uploads/UploadDock.tsx'] // the entry, a language, and what is on every page
const FRAME = 'src/shell/Shell.tsx'
export const WELCOME = 'src/features/welcome/Welcome.tsx'

interface Chunk {
  file: string
  css?: string[]
  imports?: string[]
}

type Manifest = Record<string, Chunk>

/** Bytes of each page's first load, by its component; those of who is signed in have the app's frame. */
export function weights(): Map<string, number> {
  const manifest = JSON.parse(readFileSync(path.join(DIST, '.vite', 'manifest.json'), 'utf8')) as Manifest
  const routes = files(/\/routes\.ts$/).flatMap(({ name, text }) =>
    [...text.matchAll(/import\('\.\/(\w+)'\)/g)].map(([, page]) => `src/${path.posix.dirname(name)}/${page}.tsx`),
  )
  return new Map(routes.map((route) => [route, weigh(manifest, route === WELCOME ? [...ALWAYS, route] : [...ALWAYS, FRAME, route])]))
}

/** Bytes of parts, with all they import. */
function weigh(manifest: Manifest, names: readonly string[]): number {
  const fetched = new Set<string>()
  const take = (name: string): void => {
    const chunk = manifest[name]
    if (chunk === undefined) throw new Error(`${name} is not in the build`)
    if (fetched.has(chunk.file)) return
    fetched.add(chunk.file)
    chunk.css?.forEach((file) => fetched.add(file))
    chunk.imports?.forEach(take)
  }
  names.forEach(take)
  return [...fetched].reduce((sum, file) => sum + gzipSync(readFileSync(path.join(DIST, file)), { level: 9 }).length, 0)
}
