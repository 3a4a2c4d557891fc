import type { Messages } from '@lingui/core'

/** One catalogue of those of all features. */
export function merged(files: Record<string, unknown>): Messages {
  return Object.assign({}, ...Object.values(files)) as Messages
}
