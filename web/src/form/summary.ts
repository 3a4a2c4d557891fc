/** Summary: what a section's fields say at the moment, as one short sentence. */
import type { Text } from '../i18n/useText'
import type { Words } from './labels'
import type { Named } from './library'
import type { Field } from './resolve'
import { isChanged, isGiven, isShown, valueOf, type Values } from './values'

interface Told {
  fields: readonly Field[]
  values: Values
  initials: Values
  words: Words
  text: Text
  name: (id: string) => Named | undefined
}

/** The choices of some fields of a form in words; empty if there is nothing to tell. Experts' fields are told of if changed. */
export function summary(which: readonly Field[], told: Told): string {
  const { fields, values, initials } = told
  const shown = which.filter((field) => isShown(field, fields, values, initials))
  const worth = shown.filter((field) => field.level !== 'expert' || isChanged(field, values, initials))
  return sentence(worth.map((field) => phrase(field, valueOf(field, values, initials), told)).filter(Boolean))
}

function phrase(field: Field, value: unknown, told: Told): string {
  if (!isGiven(value) || value === false) return ''
  const title = told.words.title(field)
  if (value === true) return title
  if (field.options.length > 0) return told.text('form.named', { title, value: small(chosen(field, value, told)) })
  if (typeof value === 'number') return amount(field, title, value, told.text)
  if (Array.isArray(value)) return field.widget === 'speeds' ? speeds(value, told.text) : told.text('form.several', { title, count: value.length })
  if (typeof value === 'object') return part(field, value as Values, told)
  const named = told.name(String(value))
  return told.text('form.named', { title, value: named?.name ?? String(value) })
}

function chosen(field: Field, value: unknown, { words }: Told): string {
  const values = Array.isArray(value) ? value : [value]
  const found = values.map((each) => field.options.find((option) => option.value === each))
  return found.map((option, n) => (option ? words.option(field, option) : String(values[n]))).join(' / ')
}

function amount(field: Field, title: string, value: number, text: Text): string {
  return field.unit ? text('form.amount', { title, value: quantity(value, field.unit, text) }) : text('form.amount', { title, value })
}

function part(field: Field, value: Values, told: Told): string {
  const asset = field.fields.find(({ widget }) => widget === 'asset')
  const title = told.words.title(field)
  if (!asset) return ''
  const name = told.name(String(value[asset.name]))?.name
  return name ? told.text('form.named', { title, value: name }) : title
}

function speeds(values: readonly unknown[], text: Text): string {
  const all = values.map((speed) => quantity(fraction(String(speed)), 'x', text))
  return values.length === 1 && values[0] === '1' ? '' : all.join(' / ')
}

/** A number with its unit, as `2.5 s` or `15 frames`. */
export function quantity(value: number | string, unit: string | null, text: Text): string {
  if (unit === null) return String(value)
  return text(`form.unit.${UNITS[unit] ?? 'plain'}`, { value })
}

const UNITS: Record<string, string> = {
  s: 's',
  ms: 'ms',
  '%': 'percent',
  LUFS: 'lufs',
  'kbit/s': 'kbps',
  frames: 'frames',
  'frames/s': 'fps',
  px: 'px',
  videos: 'videos',
  clips: 'clips',
  x: 'times',
}

/** A speed as it is sent, `5/4` or `1.25`, as a number. */
export function fraction(speed: string): number {
  const [over = '1', under = '1'] = speed.split('/')
  return Math.round((Number(over) / Number(under)) * 1000) / 1000
}

/** Phrases one after another; only the first begins large, but for names such as H.264. */
function sentence(phrases: readonly string[]): string {
  return phrases.map((each, n) => (n > 0 ? small(each) : each)).join(', ')
}

const small = (words: string): string => (/^\p{Lu}\p{Ll}/u.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words)
