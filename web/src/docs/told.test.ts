import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type ApiDocument, told } from './told'

const api = JSON.parse(readFileSync('../docs/openapi.json', 'utf8')) as ApiDocument

test('every error and every message of the socket has its place', () => {
  const chapters = new Map(told(api).tags.map(({ name, description }) => [name, description]))
  const unsaid = api.components.schemas.ErrorCode.enum.filter((code) => !chapters.get('Errors')?.includes(`| \`${code}\` |`))
  expect(unsaid).toEqual([])
  for (const kind of Object.keys(api['x-socket'].receive)) expect(chapters.get('Live')).toContain(`### ${kind}\n`)
  expect(told(api).tags.length).toBe(api.tags.length + 2)
})
