import { readFileSync } from 'node:fs'
import path from 'node:path'
import { i18n } from '@lingui/core'
import { beforeEach, expect, test } from 'vitest'
import { ApiError } from '../api/errors'
import { placed, within } from './faults'
import { words } from './labels'
import { isDrawn } from './Picture'
import { resolve, type Schema } from './resolve'
import { fraction, summary } from './summary'
import { isChanged, isShown, known, toSpec, valueOf } from './values'
import { widgetOf } from './widgets/registry'
import { read, TextEntry, written } from './widgets/Texts'

const document = JSON.parse(readFileSync(path.join(import.meta.dirname, '../../../docs/openapi.json'), 'utf8'))
const schemas = document.components.schemas as Record<string, Schema>
const real: Schema = {
  ...schemas['VideoMixerSpec'],
  $defs: schemas,
  'x-ui': { sections: [{ id: 'videos', title: 'Videos', sentence: 'How many.' }, { id: 'cut', title: 'Cut', sentence: 'How long.' }] },
}
const small: Schema = {
  $defs: { Sound: { type: 'object', properties: { asset: { type: 'string', title: 'File', 'x-ui': { widget: 'asset', asset: 'audio' } } } } },
  'x-ui': { sections: [{ id: 'main', title: 'Main', sentence: 'All of it.' }] },
  properties: {
    count: { type: 'integer', title: 'Videos', default: 10, minimum: 1, maximum: 20, 'x-ui': { section: 'main', level: 'basic', order: 2, widget: 'slider', unit: 'videos' } },
    mode: { enum: ['automatic', 'groups'], title: 'Mode', default: 'automatic', 'x-ui': { section: 'main', level: 'basic', order: 1, widget: 'picture', options: [{ value: 'automatic', title: 'From all clips' }, { value: 'groups', title: 'One of each' }] } },
    length: { anyOf: [{ type: 'number', minimum: 0.5 }, { type: 'null' }], default: null, title: 'Length', 'x-ui': { section: 'main', order: 3, widget: 'seconds', unit: 's' } },
    share: { enum: ['equal', 'smart'], default: 'equal', title: 'Shares', 'x-ui': { section: 'main', order: 4, show_if: { length: 'given' } } },
    music: { anyOf: [{ $ref: '#/$defs/Sound' }, { type: 'null' }], default: null, title: 'Music', 'x-ui': { section: 'main', order: 5, widget: 'part' } },
    seed: { type: 'integer', title: 'Seed', 'x-ui': { section: 'main', order: 6, level: 'expert', widget: 'hologram' } },
    note: { type: 'string', title: 'Note' },
  },
}
const form = resolve(small)
const field = (name: string) => {
  const found = form.fields.find((each) => each.name === name)
  if (!found) throw new Error(name)
  return found
}

const fault = (at: string) => ({ field: at, code: 'x', message: `wrong ${at}`, parameters: {} })

/** Texts as their values, a title before. */
function text(id: string, values: Record<string, unknown> = {}): string {
  return `${values['title'] ?? ''} ${values['value']}${id === 'form.unit.s' ? ' s' : ''}`.trim()
}

beforeEach(() => i18n.loadAndActivate({ locale: 'en', messages: {} }))

test('fields are read through references and through what may be null', () => {
  expect(field('length')).toMatchObject({ kind: 'number', nullable: true, min: 0.5, widget: 'seconds' })
  expect(field('music')).toMatchObject({ kind: 'object', nullable: true, fields: [{ name: 'asset', key: 'Sound.asset', asset: 'audio' }] })
  expect(form.fields.map(({ name }) => name)).toEqual(['mode', 'count', 'length', 'share', 'music', 'seed', 'note'])
})

test('a field without hints is drawn by its kind, in a section of its own', () => {
  expect(field('note')).toMatchObject({ widget: 'text', section: 'rest', level: 'more' })
  expect(form.sections.map(({ id }) => id)).toEqual(['main', 'rest'])
})

test('a widget nobody knows is a text', () => {
  expect(widgetOf('hologram')).toBe(TextEntry)
  expect(widgetOf('toString')).toBe(TextEntry)
  expect(widgetOf('slider')).not.toBe(TextEntry)
  expect(read(field('seed'), '7')).toBe(7)
  expect(read(field('seed'), 'seven')).toBe('seven')
  expect(read(field('note'), '7')).toBe('7')
  expect(written({ a: 1 })).toBe('{"a":1}')
})

test('every field of the real app has a widget, a section and words; eight are basic', () => {
  const { fields } = resolve(real)
  expect(fields.length).toBeGreaterThan(35)
  expect(fields.filter(({ level }) => level === 'basic')).toHaveLength(8)
  const drawnAsText = fields.filter((each) => widgetOf(each.widget) === TextEntry && each.widget !== 'text')
  expect(drawnAsText).toEqual([])
})

test('a field that has no effect is neither shown nor sent, and keeps its value', () => {
  const values = { share: 'smart', count: 3 }
  expect(isShown(field('share'), form.fields, values)).toBe(false)
  expect(toSpec(form.fields, values)).toEqual({ count: 3 })
  expect(toSpec(form.fields, { ...values, length: 2 })).toEqual({ share: 'smart', count: 3, length: 2 })
})

test('what nobody touched is not sent, and what is as before is not changed', () => {
  expect(toSpec(form.fields, {})).toEqual({})
  expect(isChanged(field('count'), {})).toBe(false)
  expect(isChanged(field('count'), { count: 10 })).toBe(false)
  expect(isChanged(field('count'), { count: 11 })).toBe(true)
  expect(valueOf(field('mode'), {}, { mode: 'groups' })).toBe('groups')
  expect(known(form.fields, { count: 1, gone: 2 })).toEqual({ count: 1 })
})

test('faults are placed at their fields, also within parts', () => {
  const error = new ApiError({ code: 'invalid_spec', metadata: { fields: [fault('body.spec.count'), fault('spec.music.asset')] } }, 422)
  const faults = placed(error)
  expect(within(faults, 'count')).toEqual({ '': 'wrong body.spec.count' })
  expect(within(faults, 'music')).toEqual({ asset: 'wrong spec.music.asset' })
  expect(placed(new Error('x'))).toEqual({})
})

test('a heading says what is chosen in a sentence', () => {
  const told = { fields: form.fields, initials: {}, words: words('any'), text, name: () => ({ id: 'a', name: 'bed.mp3' }) }
  expect(summary(form.fields, { ...told, values: {} })).toBe('Mode from all clips, videos 10')
  expect(summary(form.fields, { ...told, values: { mode: 'groups', length: 2.5, music: { asset: 'a' } } })).toBe(
    'Mode one of each, videos 10, length 2.5 s, shares equal, music bed.mp3',
  )
})

test('speeds are read as numbers', () => {
  expect(['5/4', '1', '0.75'].map(fraction)).toEqual([1.25, 1, 0.75])
})

test('every picture the real app gives an option is drawn', () => {
  const named = resolve(real).fields.flatMap(({ options }) => options.flatMap(({ picture }) => picture ?? []))
  expect(named.length).toBeGreaterThan(30)
  expect(named.filter((name) => !isDrawn(name))).toEqual([])
})
