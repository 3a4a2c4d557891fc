import { useLingui } from '@lingui/react'

export type Text = (id: string, values?: Record<string, unknown>) => string

/** `text('projects.count', { count: 3 })`: a sentence of the catalogue, in the language that is spoken. */
export function useText(): Text {
  const { i18n } = useLingui()
  return (id, values) => i18n._(id, values)
}
