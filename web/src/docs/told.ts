/** What of the API's document its drawing would leave out, as chapters of their own: what the socket says, and every error. */

interface Chapter {
  name: string
  description: string
  'x-traitTag'?: boolean
}

export interface ApiDocument {
  info: Record<string, unknown>
  tags: Chapter[]
  components: {
    schemas: {
      ErrorCode: { enum: string[]; 'x-given-by': Record<string, string[]>; 'x-given-elsewhere': Record<string, string> }
    }
    examples: Record<string, { summary?: string; value: { error: { http_status: number } } }>
  }
  'x-socket': { description: string; receive: Record<string, { $ref: string }> }
}

/** The document with its name, its mark and its chapters. */
export function told(api: ApiDocument): ApiDocument {
  const logo = { url: '/favicon.svg', altText: 'Medley', href: '/' }
  return {
    ...api,
    info: { ...api.info, title: 'Medley API', 'x-logo': logo },
    tags: [...api.tags, live(api), errors(api)],
  }
}

function live({ 'x-socket': socket }: ApiDocument): Chapter {
  const messages = Object.entries(socket.receive).map(
    ([name, { $ref }]) => `### ${name}\n\n<SchemaDefinition schemaRef="${$ref}" />`,
  )
  return { name: 'Live', 'x-traitTag': true, description: [socket.description, ...messages].join('\n\n') }
}

function errors({ components: { schemas, examples } }: ApiDocument): Chapter {
  const { enum: codes, 'x-given-by': by, 'x-given-elsewhere': elsewhere } = schemas.ErrorCode
  const rows = codes.map((code) => {
    const example = examples[code]
    const where = [...(by[code] ?? []).map((operation) => `[${operation}](#operation/${operation})`), elsewhere[code] ?? '']
    const cells = [`\`${code}\``, example?.value.error.http_status ?? '', example?.summary ?? '', where.filter(Boolean).join(', ')]
    return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  })
  const head = '| code | status | for instance | given by |\n| --- | --- | --- | --- |'
  return { name: 'Errors', 'x-traitTag': true, description: `Codes are stable.\n\n${head}\n${rows.join('\n')}` }
}
