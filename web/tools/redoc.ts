/**
 * Redoc: `virtual:redoc` is the address of what draws the API's documentation, among our own files. The picture that it
 * would fetch from its makers' host is left out: pages load nothing from others.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Plugin } from 'vite'

const NAME = 'virtual:redoc'
const FILE = 'redoc/bundles/redoc.standalone.js'
const PICTURE = 'https://cdn.redoc.ly/redoc/logo-mini.svg'

export function redoc(): Plugin {
  let serves = false
  return {
    name: 'medley-redoc',
    configResolved({ command }) {
      serves = command === 'serve'
    },
    resolveId: (id) => (id === NAME ? `\0${NAME}` : null),
    load(id) {
      if (id !== `\0${NAME}`) return null
      if (serves) return `export { default } from '${FILE}?url'`
      const code = readFileSync(createRequire(import.meta.url).resolve(FILE), 'utf8')
      if (!code.includes(PICTURE)) throw new Error(`${FILE} is not what it was: see which hosts it asks.`)
      const source = code.replaceAll(PICTURE, 'data:,')
      const fileName = `assets/redoc-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.js`
      this.emitFile({ type: 'asset', fileName, source })
      return `export default '/${fileName}'`
    },
  }
}
