/**
 * Naming: what the files of an archive are called, such as `{project} {n}`; kept in this browser. The API fills it and
 * says what is wrong with it; here it is shown on one video before.
 */
export const FIELDS = ['title', 'project', 'n', 'date', 'seed', 'clips', 'generation'] as const
export const USUAL = '{title}'
export type Field = (typeof FIELDS)[number]
export type Named = Record<Field, string>

const KEPT = 'medley.naming'
const FIELD = /\{([^{}]*)\}/g
const FORBIDDEN = /[/\\:*?"<>|]/g // in names of files, somewhere
const LONGEST = 200

export function loadNaming(): string {
  return localStorage.getItem(KEPT) ?? USUAL
}

export function saveNaming(template: string): void {
  if (template === USUAL) localStorage.removeItem(KEPT)
  else localStorage.setItem(KEPT, template)
}

export type Wrong = 'empty' | 'long' | 'field' | 'brace'

/** What is wrong with a template; null if files can be named by it. */
export function wrongWith(template: string): Wrong | null {
  const text = template.trim()
  if (text === '') return 'empty'
  if (text.length > LONGEST) return 'long'
  if ([...text.matchAll(FIELD)].some(([, name]) => !FIELDS.includes(name as Field))) return 'field'
  return /[{}]/.test(text.replaceAll(FIELD, '')) ? 'brace' : null
}

/** The name of one file. */
export function nameBy(template: string, values: Named): string {
  const filled = template.trim().replaceAll(FIELD, (whole, name: Field) => values[name] ?? whole)
  const safe = filled.replaceAll(FORBIDDEN, '-').split(/\s+/).join(' ').replaceAll(/^[ .-]+|[ .-]+$/g, '')
  return `${safe || '_'}.mp4`
}

interface Video {
  n: number
  title: string
  shots: readonly { name: string }[]
}

interface Order {
  id: string
  seed: number
  outputs_total: number
  created_at: string
  finished_at: string | null
}

/** What a template can say of a video. */
export function valuesOf(project: string, order: Order, { n, title, shots }: Video): Named {
  return {
    project,
    n: String(n).padStart(String(order.outputs_total).length, '0'),
    title,
    date: (order.finished_at ?? order.created_at).slice(0, 10),
    seed: String(order.seed),
    clips: shots.map(({ name }) => name.replace(/(?<=.)\.[^.]*$/, '')).join('+'),
    generation: order.id.slice(-8),
  }
}
