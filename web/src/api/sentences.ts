/** Sentences of the API in the language that is spoken: by code and parameters where the catalogue has them. */
import { i18n } from '@lingui/core'
import { ApiError, OFFLINE } from './errors'

export interface Said {
  code: string
  message: string
  parameters?: Record<string, unknown>
}

/** What was said. A parameter may be a sentence itself, or a list. Without a translation it stays English. */
export function say(said: Said): string {
  const id = `said.${said.code}`
  if (i18n.locale === 'en' || !(id in i18n.messages)) return said.message
  const values = Object.entries(said.parameters ?? {}).map(([name, value]) => [name, filled(value)])
  return i18n._(id, Object.fromEntries(values))
}

/** What stands in the place of a parameter. */
function filled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(filled).join(i18n.locale === 'zh' ? '、' : ', ')
  return isSaid(value) ? say(value) : value
}

/** An error for a person: the API's own words, or ours where it gave none. */
export function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return i18n._('api.unexpected')
  if (error.code === OFFLINE) return i18n._('api.offline')
  if (error.message === error.code) return i18n._(error.status === 429 ? 'api.too-much' : 'api.unexpected')
  return say({ code: error.code, message: error.message, parameters: error.metadata })
}

function isSaid(value: unknown): value is Said {
  return typeof value === 'object' && value !== null && 'code' in value && 'message' in value
}
