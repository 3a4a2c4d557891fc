import { expect, test } from 'vitest'
import { csvOf } from './csv'
import { amountOf, type Entry, isOf } from './queries'

function entry(seq: number, kind: Entry['kind'], changes: Partial<Entry>): Entry {
  const none = { d_available: 0, d_reserved: 0, d_spent: 0, generation_id: null, note: null }
  return { seq, kind, balance: 100, created_at: '2026-11-28T10:00:00Z', ...none, ...changes }
}

const bonus = entry(1, 'bonus', { d_available: 100 })
const held = entry(2, 'reserve', { d_available: -36, d_reserved: 36, balance: 64, generation_id: 'g' })
const paid = entry(3, 'capture', { d_reserved: -33, d_spent: 33, balance: 64, generation_id: 'g' })
const back = entry(4, 'release', { d_available: 3, d_reserved: -3, balance: 67, generation_id: 'g' })

test('an entry has one number, and belongs under one heading', () => {
  expect([bonus, held, paid, back].map(amountOf)).toEqual([100, -36, -33, 3])
  expect([bonus, held, paid, back].map((one) => isOf(one, 'in'))).toEqual([true, false, false, true])
  expect([bonus, held, paid, back].every((one) => isOf(one, undefined))).toBe(true)
})

test('the table begins with the oldest, and no cell of it is a formula', () => {
  const table = csvOf([held, bonus], ({ kind }) => (kind === 'bonus' ? '=1+1' : 'for "A, B"'))
  expect(table.split('\r\n')).toEqual([
    'number,time,kind,amount,balance,generation,note',
    "1,2026-11-28T10:00:00Z,bonus,100,100,,'=1+1",
    '2,2026-11-28T10:00:00Z,reserve,-36,64,g,"for ""A, B"""',
    '',
  ])
})
