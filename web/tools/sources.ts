/** The app's own sources, for the tests that read them. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

export const WEB = path.resolve(import.meta.dirname, '..')

export interface Source {
  /** Relative to `src`, with slashes. */
  name: string
  text: string
}

export function files(ending: RegExp): Source[] {
  const src = path.join(WEB, 'src')
  return readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name) && !name.endsWith('schema.d.ts'))
    .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(path.join(src, name), 'utf8') }))
}

export function parsed(source: Source): ts.SourceFile {
  return ts.createSourceFile(source.name, source.text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
}

export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  node.forEachChild((child) => walk(child, visit))
}
