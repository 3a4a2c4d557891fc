import { i18n } from '@lingui/core'
import { beforeEach, expect, test } from 'vitest'
import { ago, atMost, bytes, clock, count, number } from './format'

beforeEach(() => i18n.loadAndActivate({ locale: 'en', messages: {} }))

test('numbers are written as the language does', () => {
  expect(number(1240)).toBe('1,240')
  i18n.loadAndActivate({ locale: 'id', messages: {} })
  expect(number(1240)).toBe('1.240')
})

test('a count of any length is read, and one too long to read is not', () => {
  expect(count('18')).toBe('18')
  expect(count('1000000000000000')).toBe('1,000,000,000,000,000')
  expect(count('1000000000000001')).toBeNull()
})

test('sizes and lengths are short', () => {
  expect(atMost(2 * 1024 ** 3)).toBe('2 GB')
  expect(atMost(20 * 1024 ** 2 - 1)).toBe('19 MB')
  expect(bytes(999)).toBe('999 bytes')
  expect(bytes(8_140_000)).toBe('8.14 MB')
  expect(bytes(2 * 1024 ** 3)).toBe('2.15 GB')
  expect([clock(10), clock(75.4), clock(3723)]).toEqual(['0:10', '1:15', '1:02:03'])
})

test('times are said from now', () => {
  const now = Date.parse('2026-11-28T12:00:00Z')
  expect(ago('2026-11-28T11:59:50Z', now)).toBe('now')
  expect(ago('2026-11-28T11:57:00Z', now)).toBe('3 minutes ago')
  expect(ago('2026-11-30T12:00:00Z', now)).toBe('in 2 days')
})
