import { expect, test } from 'vitest'
import { nameBy, valuesOf, wrongWith } from './naming'

const order = {
  id: '01890f3e-7c2a-7d3e-9b1a-2f6d6c1e0e05',
  seed: 7,
  outputs_total: 12,
  created_at: '2026-11-20T23:40:00Z',
  finished_at: '2026-11-21T00:10:00Z',
}
const values = valuesOf('Sol: lemonade', order, { n: 3, title: 'Video 03', shots: [{ name: 'hook 1.mp4' }, { name: 'logo' }] })

test('a file is named by what a template says of its video', () => {
  expect(nameBy('{title}', values)).toBe('Video 03.mp4')
  expect(nameBy('{project} {n}', values)).toBe('Sol- lemonade 03.mp4')
  expect(nameBy(' {date}-{clips}/{seed}-{generation}. ', values)).toBe('2026-11-21-hook 1+logo-7-6c1e0e05.mp4')
})

test('what is wrong with a template is known before it is sent', () => {
  const templates = ['', '  ', 'x'.repeat(201), '{colour}', '{n', 'n}', '{}', '{{n}}', '{title}', 'spring {n}']
  expect(templates.map(wrongWith)).toEqual(['empty', 'empty', 'long', 'field', 'brace', 'brace', 'field', 'brace', null, null])
})
