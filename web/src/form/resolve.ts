/**
 * Resolve: what a JSON Schema with `x-ui` hints asks for, as plain fields that widgets can draw. A field without hints,
 * or with a hint nobody knows, still becomes one.
 */
export type Value = string | number | boolean
export type Level = 'basic' | 'more' | 'expert'
export type Kind = 'string' | 'number' | 'integer' | 'boolean' | 'array' | 'object'

export interface Option {
  value: Value
  title: string
  picture: string | null
}

export interface Field {
  name: string
  /** What its words are kept under: `count`, `CaptionStyle.anchor`. */
  key: string
  title: string
  description: string
  widget: string
  section: string
  level: Level
  order: number
  unit: string | null
  /** Fields beside this one, and the values with which it has an effect; `given`: any value. */
  showIf: Record<string, readonly Value[] | 'given'>
  options: readonly Option[]
  asset: string | null
  kind: Kind
  nullable: boolean
  min: number | null
  max: number | null
  length: number | null
  initial: unknown
  /** Of a part, or of each row of a table. */
  fields: readonly Field[]
}

export interface Section {
  id: string
  title: string
  sentence: string
}

export interface Form {
  sections: readonly Section[]
  fields: readonly Field[]
}

interface Hints {
  widget?: string
  section?: string
  level?: Level
  order?: number
  unit?: string
  show_if?: Record<string, Value[] | 'given'>
  options?: { value: Value; title: string; picture?: string }[]
  asset?: string
  sections?: Section[]
}

export interface Schema {
  $ref?: string
  $defs?: Record<string, Schema>
  anyOf?: Schema[]
  type?: string
  title?: string
  description?: string
  default?: unknown
  enum?: Value[]
  minimum?: number
  maximum?: number
  maxLength?: number
  items?: Schema
  properties?: Record<string, Schema>
  'x-ui'?: Hints
}

interface Opened {
  inner: Schema
  nullable: boolean
  /** The name it has among the definitions, if it is one. */
  definition: string
}

export const REST = 'rest' // the section of fields that name none
const KINDS: readonly string[] = ['string', 'number', 'integer', 'boolean', 'array', 'object']
const USUAL: Record<Kind, string> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'switch',
  array: 'text',
  object: 'part',
}

/** The form of a whole schema. */
export function resolve(schema: Schema): Form {
  const sections = (schema['x-ui']?.sections ?? []).map(({ id, title, sentence }) => ({ id, title, sentence }))
  const named = new Set(sections.map(({ id }) => id))
  const fields = fieldsOf(schema, schema, '').map((field) =>
    named.has(field.section) ? field : { ...field, section: REST },
  )
  if (fields.some(({ section }) => section === REST)) sections.push({ id: REST, title: '', sentence: '' })
  return { sections, fields }
}

function fieldsOf(schema: Schema, root: Schema, within: string): Field[] {
  return Object.entries(schema.properties ?? {})
    .map(([name, property]) => fieldOf(name, property, root, within))
    .sort((a, b) => a.order - b.order)
}

function fieldOf(name: string, property: Schema, root: Schema, within: string): Field {
  const { inner, nullable, definition } = opened(property, root)
  const items = inner.items && opened(inner.items, root)
  const hints = property['x-ui'] ?? {}
  const kind = kindOf(inner)
  const values = inner.enum ?? items?.inner.enum ?? []
  return {
    name,
    key: within ? `${within}.${name}` : name,
    title: property.title ?? inner.title ?? name,
    description: property.description ?? '',
    widget: hints.widget ?? usual(kind, values.length),
    section: hints.section ?? REST,
    level: hints.level ?? 'more',
    order: hints.order ?? Number.MAX_SAFE_INTEGER,
    unit: hints.unit ?? null,
    showIf: hints.show_if ?? {},
    options: optionsOf(hints, values),
    asset: hints.asset ?? null,
    kind,
    nullable,
    min: inner.minimum ?? null,
    max: inner.maximum ?? null,
    length: inner.maxLength ?? null,
    initial: property.default ?? null,
    fields: items ? fieldsOf(items.inner, root, items.definition) : fieldsOf(inner, root, definition),
  }
}

function optionsOf(hints: Hints, values: readonly Value[]): Option[] {
  if (hints.options) return hints.options.map((each) => ({ ...each, picture: each.picture ?? null }))
  return values.map((value) => ({ value, title: String(value), picture: null }))
}

/** A schema behind its `$ref` and its `anyOf` with null. */
function opened(schema: Schema, root: Schema, definition = ''): Opened {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').pop() ?? ''
    return opened(root.$defs?.[name] ?? {}, root, name)
  }
  if (schema.anyOf === undefined) return { inner: schema, nullable: false, definition }
  const chosen = schema.anyOf.find(({ type }) => type !== 'null') ?? {}
  return { ...opened(chosen, root, definition), nullable: schema.anyOf.some(({ type }) => type === 'null') }
}

function kindOf(schema: Schema): Kind {
  if (schema.type !== undefined && KINDS.includes(schema.type)) return schema.type as Kind
  if (schema.properties) return 'object'
  const first = schema.enum?.[0]
  return typeof first === 'number' ? 'number' : typeof first === 'boolean' ? 'boolean' : 'string'
}

function usual(kind: Kind, values: number): string {
  if (values > 0) return kind === 'array' ? 'pictures' : 'select'
  return USUAL[kind]
}
