/** Numbers, sizes and times as a person of the language that is spoken writes them. */
import { i18n } from '@lingui/core'

const LONG = 10n ** 15n
const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** `1,240`. */
export function number(value: number): string {
  return new Intl.NumberFormat(i18n.locale).format(value)
}

/** A count that may have any number of digits, as a decimal string; null if it is too long to read. */
export function count(digits: string): string | null {
  const value = BigInt(digits)
  return value > LONG ? null : new Intl.NumberFormat(i18n.locale).format(value)
}

/** `8.1 MB`; a thousand bytes are a kilobyte, as file managers count. */
export function bytes(size: number): string {
  const step = size < 1000 ? 0 : Math.min(Math.floor(Math.log10(size) / 3), UNITS.length - 1)
  const unit = UNITS[step] ?? 'byte'
  const options = { style: 'unit', unit, unitDisplay: step ? 'short' : 'long', maximumSignificantDigits: 3 } as const
  return new Intl.NumberFormat(i18n.locale, options).format(size / 1000 ** step)
}

/** `2 GB`, of a limit: as such are set, in powers of two, and never more than there is. */
export function atMost(limit: number): string {
  const step = Math.min(Math.floor(Math.log2(limit) / 10), UNITS.length - 1)
  const options = { style: 'unit', unit: UNITS[step] ?? 'byte', unitDisplay: 'short', maximumFractionDigits: 0 } as const
  return new Intl.NumberFormat(i18n.locale, options).format(Math.floor(limit / 1024 ** step))
}

/** `0:10`, `1:02:03`. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const tail = `${hours ? String(minutes).padStart(2, '0') : minutes}:${String(rest).padStart(2, '0')}`
  return hours ? `${hours}:${tail}` : tail
}

/** `27 December 2026`; of an ISO time. */
export function day(iso: string): string {
  return new Intl.DateTimeFormat(i18n.locale, { dateStyle: 'long' }).format(new Date(iso))
}

/** `27 Dec 2026, 14:02`; of an ISO time. */
export function moment(iso: string): string {
  return new Intl.DateTimeFormat(i18n.locale, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso))
}

/** `3 minutes ago`, `in 2 days`; of an ISO time. Seconds are "now". */
export function ago(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000
  const format = new Intl.RelativeTimeFormat(i18n.locale, { numeric: 'auto' })
  const [unit, length] = STEPS.find(([, long]) => Math.abs(seconds) >= long) ?? ['second', 1]
  return unit === 'second' ? format.format(0, 'second') : format.format(Math.trunc(seconds / length), unit)
}
