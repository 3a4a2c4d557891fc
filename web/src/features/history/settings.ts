/** Settings of an order in a sentence: what a person would say to tell it from the others. */
import type { Text } from '../../i18n/useText'
import type { Words } from '../../form/labels'
import type { Field, Form } from '../../form/resolve'
import { quantity, summary } from '../../form/summary'
import { isChanged, isGiven, isShown, type Values } from '../../form/values'

const TOLD = 'count' // how many videos: the title of an order says that

/** `One clip of each group, upright 9:16, 720p`: what everyone chooses, and what else was chosen. */
export function settingsOf(spec: Values, { fields }: Form, words: Words, text: Text): string {
  const told = { fields, values: spec, initials: {}, words, text, name: () => undefined }
  const said = fields
    .filter((field) => field.name !== TOLD && isShown(field, fields, spec))
    .filter((field) => field.level === 'basic' || (field.level === 'more' && isChanged(field, spec)))
    .map((field) => chosen(field, spec[field.name], words, text) ?? summary([field], told))
  return said.filter(Boolean).map((each, n) => (n > 0 ? small(each) : each)).join(', ')
}

/** A choice that needs no name before it; null of a field that does. */
function chosen(field: Field, value: unknown, words: Words, text: Text): string | null {
  if (!isGiven(value)) return ''
  const option = field.options.find((each) => each.value === value)
  if (option) return words.option(field, option)
  return field.unit === 's' ? quantity(Number(value), 's', text) : null
}

const small = (said: string): string => (/^\p{Lu}\p{Ll}/u.test(said) ? said.charAt(0).toLowerCase() + said.slice(1) : said)
