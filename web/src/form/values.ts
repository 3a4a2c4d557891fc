/** Values: what somebody chose, and nothing else; what nobody touched is the app's to choose. */
import type { Field } from './resolve'

export type Values = Record<string, unknown>

/** The value a field has: chosen, else what it is without (`initials` knows better than the schema). */
export function valueOf(field: Field, values: Values, initials: Values = {}): unknown {
  if (field.name in values) return values[field.name]
  return field.name in initials ? initials[field.name] : field.initial
}

/** Whether a field has an effect with the values beside it. */
export function isShown(field: Field, fields: readonly Field[], values: Values, initials: Values = {}): boolean {
  return Object.entries(field.showIf).every(([name, wanted]) => {
    const other = fields.find((each) => each.name === name)
    if (other === undefined) return true
    if (!isShown(other, fields, values, initials)) return false
    const value = valueOf(other, values, initials)
    return wanted === 'given' ? isGiven(value) : wanted.includes(value as never)
  })
}

export function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
}

/** Whether a field is other than it was: its dot shows, and it can be set back. */
export function isChanged(field: Field, values: Values, initials: Values = {}): boolean {
  if (!(field.name in values)) return false
  const before = field.name in initials ? initials[field.name] : field.initial
  return JSON.stringify(values[field.name]) !== JSON.stringify(before)
}

/** What is sent: chosen values of fields that have an effect. */
export function toSpec(fields: readonly Field[], values: Values, initials: Values = {}): Values {
  const sent = fields.filter((field) => field.name in values && isShown(field, fields, values, initials))
  return Object.fromEntries(sent.map(({ name }) => [name, values[name]]))
}

/** Values of this form among those of another time: names it does not know are left out. */
export function known(fields: readonly Field[], values: Values): Values {
  const names = new Set(fields.map(({ name }) => name))
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)))
}

export function without(values: Values, name: string): Values {
  const { [name]: _gone, ...rest } = values
  return rest
}
