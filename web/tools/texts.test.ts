/** Texts: every sentence is in every language, none is in the code, and none is left over. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { compileMessage } from '@lingui/message-utils/compileMessage'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { files, parsed, walk, WEB } from './sources.ts'

const LANGUAGES = ['en', 'id', 'zh']
const SPOKEN = new Set(['aria-label', 'aria-description', 'title', 'label', 'placeholder', 'alt', 'description', 'text'])
const NAMES = new Set(['Medley'])
const SAID = 'said.' // sentences of the API: their English comes with the answer
const ASKED = 'asked.' // words of an app's form: their English comes with its schema

/** What no page of the app makes the API say: these are heard by programs, administrators and those who run it. */
const UNHEARD = new Set([
  'direct_request', 'foreign_origin', 'headers_too_large', 'idempotency_key_required', 'invalid_idempotency_key', 'invalid_json', 'json_too_deep',
  'lanes_missing', 'malformed_request', 'method_not_allowed', 'no_such_report', 'own_account', 'own_role', 'refused',
  'role_required', 'schema_behind', 'self_test_failed', 'socket_refused', 'unknown_user', 'unsupported_media_type',
])

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

test('what the API says is said in every language, with the names it has', () => {
  const parts = Object.entries(document('sentences.json')).filter(([part]) => !part.endsWith(' form')) as [string, Record<string, string>][]
  const templates: Record<string, string> = Object.assign({}, ...parts.map(([, said]) => said))
  const { schemas, examples } = document('openapi.json').components
  const errors = schemas.ErrorCode.enum as string[]
  const heard = new Set([...Object.keys(templates), ...errors])
  expect([...UNHEARD].filter((one) => !heard.delete(one))).toEqual([])
  expect(heard.size).toBeGreaterThan(200)
  for (const language of ['id', 'zh']) {
    const there = catalogues[language] ?? {}
    expect([...heard].filter((one) => !(`${SAID}${one}` in there)), language).toEqual([])
    for (const [one, template] of Object.entries(templates)) {
      const translated = there[`${SAID}${one}`]
      if (translated === undefined || template === '') continue
      const known = [...names(template), ...Object.keys(examples[one]?.value.error.metadata ?? {})]
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

/** Words that an expression may be: also in braces, in templates, in either branch. */
function wordsOf(node: ts.Node | undefined): string[] {
  if (node === undefined) return []
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isTemplateExpression(node)) return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
  if (ts.isJsxExpression(node) || ts.isParenthesizedExpression(node)) return wordsOf(node.expression)
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(wordsOf)
  if (!ts.isBinaryExpression(node)) return []
  const { kind } = node.operatorToken
  if (kind === ts.SyntaxKind.AmpersandAmpersandToken) return wordsOf(node.right)
  const either = [ts.SyntaxKind.BarBarToken, ts.SyntaxKind.QuestionQuestionToken, ts.SyntaxKind.PlusToken].includes(kind)
  return either ? [node.left, node.right].flatMap(wordsOf) : []
}

/** Words that a piece of code has a person see or hear. */
function shownBy(node: ts.Node): string[] {
  if (ts.isJsxText(node)) return [node.text]
  if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent)) return wordsOf(node)
  if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText())) return wordsOf(node.initializer)
  if (ts.isPropertyAssignment(node) && SPOKEN.has(node.name.getText().replaceAll("'", ''))) return wordsOf(node.initializer)
  if (ts.isCallExpression(node) && node.expression.getText() === 'announce') return wordsOf(node.arguments[0])
  return []
}

function writtenIn(sources: typeof code): string[] {
  const found: string[] = []
  for (const source of sources)
    walk(parsed(source), (node) => {
      const words = shownBy(node).filter(spoken)
      if (words.length > 0) found.push(`${source.name}: ${words.join(' ').trim()}`)
    })
  return found
}

test('no sentence is written in the code', () => {
  const ofTheApp = code.filter(({ name }) => !name.startsWith('docs/')) // the API's documentation is English, as its words are
  expect(writtenIn(ofTheApp)).toEqual([])
})

/** How many sentences are found in an expression. */
function foundIn(expression: string): number {
  return writtenIn([{ name: 'x.tsx', text: `const x = ${expression}` }]).length
}

test('a sentence is found wherever it may be written', () => {
  const ways = [
    '<p>Done now</p>',
    "<p>{'Done now'}</p>",
    '<p>{`Done ${n} now`}</p>',
    "<p>{n > 1 ? 'Done now' : text('a.b')}</p>",
    "<p>{n > 1 && 'Done now'}</p>",
    "<p>{name ?? 'Done now'}</p>",
    "<p>{('Done ' + n)}</p>",
    '<img alt="Done now" />',
    "<a aria-label={'Done now'} />",
    "toast({ text: 'Done now' })",
    "toast({ text: text('a.b'), act: { label: `Done now`, run } })",
    "announce('Done now')",
  ]
  expect(ways.filter((way) => foundIn(way) !== 1)).toEqual([])
  const fine = ["<p className={'big'}>{text('a.b')} · {state === 'made' && <i />}</p>", "toast({ text: text('a.b'), kind: 'moved' })", "<p>{' '}…</p>"]
  expect(fine.filter((way) => foundIn(way) !== 0)).toEqual([])
})
