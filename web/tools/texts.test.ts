/** Texts: every sentence is in every language, none is in the code, and none is left over. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { files, parsed, walk, WEB } from './sources.ts'

const LANGUAGES = ['en', 'id', 'zh']
const SPOKEN = new Set(['aria-label', 'aria-description', 'title', 'label', 'placeholder', 'alt', 'description'])
const NAMES = new Set(['Medley'])
const SAID = 'said.' // sentences of the API: their English comes with the answer
const ASKED = 'asked.' // words of an app's form: their English comes with its schema

function catalogue(language: string): Record<string, string> {
  return Object.assign({}, ...files(new RegExp(`texts/${language}\\.json$`)).map(({ text }) => JSON.parse(text)))
}

function document(file: string) {
  return JSON.parse(readFileSync(path.join(WEB, '..', 'docs', file), 'utf8'))
}

function spoken(words: string): boolean {
  return /\p{L}{2}/u.test(words) && !NAMES.has(words.trim())
}

const catalogues = Object.fromEntries(LANGUAGES.map((language) => [language, catalogue(language)]))
const ids = Object.keys(catalogues['en'] ?? {})
const code = files(/\.tsx?$/).filter(({ name }) => !name.includes('.test.'))

/** What of a sentence must be the same in every language: the names it is filled with. */
function names(message: string): string[] {
  const found = new Set<string>()
  const read = (tokens: unknown): void => {
    if (!Array.isArray(tokens)) return
    for (const token of tokens) {
      if (!Array.isArray(token)) continue
      found.add(String(token[0]))
      if (token[2] && typeof token[2] === 'object') Object.values(token[2]).forEach(read)
    }
  }
  read(compileMessage(message))
  found.delete('#')
  return [...found].sort()
}

test('a sentence is in every language, with the same names in it', () => {
  expect(ids.length).toBeGreaterThan(50)
  for (const language of LANGUAGES) {
    const there = Object.keys(catalogues[language] ?? {}).filter((id) => !id.startsWith(SAID) && !id.startsWith(ASKED))
    expect(there.sort(), language).toEqual([...ids].sort())
    for (const id of ids) expect([id, names(catalogues[language]?.[id] ?? '')]).toEqual([id, names(catalogues['en']?.[id] ?? '')])
  }
})

test('translations of what the API says name codes that it has', () => {
  const sentences = Object.values(document('sentences.json')).flatMap((part) => Object.keys(part as object))
  const errors = document('openapi.json').components.schemas.ErrorCode.enum as string[]
  const known = new Set([...sentences, ...errors])
  const said = ['id', 'zh'].flatMap((language) => Object.keys(catalogues[language] ?? {})).filter((id) => id.startsWith(SAID))
  expect(said.filter((id) => !known.has(id.slice(SAID.length)))).toEqual([])
})

test('what an app says is said in every language, with the names it has', () => {
  const parts = Object.entries(document('sentences.json')).filter(([part]) => part !== 'errors' && !part.endsWith(' form')) as [string, Record<string, string>][]
  const templates: Record<string, string> = Object.assign({}, ...parts.map(([, said]) => said))
  const own = parts.filter(([part]) => part !== 'core').flatMap(([, said]) => Object.keys(said))
  expect(own.length).toBeGreaterThan(50)
  for (const language of ['id', 'zh']) {
    const there = catalogues[language] ?? {}
    expect(own.filter((one) => !(`${SAID}${one}` in there)), language).toEqual([])
    for (const [one, template] of Object.entries(templates)) {
      const translated = there[`${SAID}${one}`]
      if (translated === undefined || template === '') continue
      const known = names(template)
      expect([one, names(translated).filter((name) => !known.includes(name))]).toEqual([one, []])
    }
  }
})

test('translations of a form name what it asks', () => {
  const asked = Object.entries(document('sentences.json')).flatMap(([part, words]) =>
    part.endsWith(' form') ? Object.keys(words as object).map((key) => `${ASKED}${part.slice(0, -5)}.${key}`) : [],
  )
  const there = ['id', 'zh'].flatMap((language) => Object.keys(catalogues[language] ?? {})).filter((id) => id.startsWith(ASKED))
  expect(there.filter((id) => !asked.includes(id))).toEqual([])
})

test('what the code names is in the catalogue, and all of that is named', () => {
  const literal = new Set<string>()
  const beginnings: string[] = []
  for (const source of code)
    walk(parsed(source), (node) => {
      if (ts.isStringLiteralLike(node)) literal.add(node.text)
      if (ts.isTemplateExpression(node)) beginnings.push(node.head.text)
    })
  const places = new Set(ids.map((id) => id.split('.')[0]))
  const looksLikeOne = (text: string): boolean => /^[a-z]+(\.[a-z-]+)+$/.test(text) && places.has(text.split('.')[0])
  expect([...literal].filter((text) => looksLikeOne(text) && !ids.includes(text))).toEqual([])
  const prefixes = beginnings.filter((head) => /^[a-z-]+\..*\.$/.test(head))
  expect(ids.filter((id) => !literal.has(id) && !prefixes.some((prefix) => id.startsWith(prefix)))).toEqual([])
  expect(prefixes.filter((prefix) => prefix !== SAID && prefix !== ASKED && !ids.some((id) => id.startsWith(prefix)))).toEqual([])
})

test('no sentence is written in the code', () => {
  const found: string[] = []
  for (const source of code)
    walk(parsed(source), (node) => {
      if (ts.isJsxText(node) && spoken(node.text)) found.push(`${source.name}: ${node.text.trim()}`)
      if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText()) && node.initializer && ts.isStringLiteral(node.initializer))
        if (spoken(node.initializer.text)) found.push(`${source.name}: ${node.name.getText()}=${node.initializer.text}`)
    })
  expect(found).toEqual([])
})
