/** Faults: what the API finds wrong with a spec, beside the field it is about. */
import { ApiError } from '../api/errors'
import { say, type Said } from '../api/sentences'

interface Fault extends Said {
  field: string
}

export type Placed = Readonly<Record<string, string>>

/** Sentences by path within the spec: `music.asset`, `groups.0.clips`. */
export function placed(error: unknown): Placed {
  if (!(error instanceof ApiError) || !Array.isArray(error.metadata['fields'])) return {}
  const found: Record<string, string> = {}
  for (const fault of error.metadata['fields'] as Fault[]) {
    const path = fault.field.replace(/^body\./, '').replace(/^spec\.?/, '')
    if (path) found[path] ??= say(fault)
  }
  return found
}

/** The faults of one field, by path within it; its own is under the empty path. */
export function within(faults: Placed, name: string): Placed {
  const inner: Record<string, string> = {}
  for (const [path, sentence] of Object.entries(faults)) {
    if (path === name) inner[''] = sentence
    else if (path.startsWith(`${name}.`)) inner[path.slice(name.length + 1)] = sentence
  }
  return inner
}
