/** The types of the API are those of its document: `npm run schema` writes them anew. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import openapi, { astToString, COMMENT_HEADER } from 'openapi-typescript'
import { expect, test } from 'vitest'
import { WEB } from './sources.ts'

test('the types are those of the document', { timeout: 60_000 }, async () => {
  const document = JSON.parse(readFileSync(path.join(WEB, '..', 'docs', 'openapi.json'), 'utf8'))
  const fresh = `${COMMENT_HEADER}${astToString(await openapi(document))}`
  expect(readFileSync(path.join(WEB, 'src/api/schema.d.ts'), 'utf8') === fresh).toBe(true)
})
