import { expect, test } from 'vitest'
import { words } from '../../form/labels'
import { resolve, type Schema } from '../../form/resolve'
import { settingsOf } from './settings'

const option = (value: string, title: string) => ({ value, title })
const SCHEMA: Schema = {
  properties: {
    count: { type: 'integer', 'x-ui': { level: 'basic', order: 1 } },
    aspect: { type: 'string', default: '16:9', 'x-ui': { level: 'basic', order: 2, options: [option('16:9', 'Wide'), option('9:16', 'Upright')] } },
    length: { anyOf: [{ type: 'number' }, { type: 'null' }], default: null, 'x-ui': { level: 'basic', order: 3, unit: 's' } },
    looks: { type: 'string', title: 'Looks', default: 'none', 'x-ui': { level: 'more', order: 4 } },
    seed: { type: 'integer', title: 'Seed', 'x-ui': { level: 'expert', order: 5 } },
  },
}

const text = (id: string, values: Record<string, unknown> = {}): string => `${id}(${Object.values(values).join()})`

test('settings are what everyone chooses and what else was chosen, in a sentence', () => {
  const form = resolve(SCHEMA)
  const told = (spec: Record<string, unknown>): string => settingsOf(spec, form, words('app'), text)
  expect(told({ count: 5, aspect: '16:9', length: null, looks: 'none', seed: 7 })).toBe('Wide')
  expect(told({ count: 5, aspect: '9:16', length: '30.0', looks: 'warm', seed: 7 })).toBe(
    'Upright, form.unit.s(30), form.named(Looks,warm)',
  )
  expect(told({ pages: 5 })).toBe('')
})
