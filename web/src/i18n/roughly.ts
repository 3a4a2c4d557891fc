/** Roughly: lengths of time as a person says them: `20 seconds`, `3 minutes`. */
import { i18n } from '@lingui/core'

const MINUTE = 60
const HOUR = 3600

/** A length in words, rounded as far as nobody minds. */
export function roughly(seconds: number): string {
  const { value, unit } = rounded(seconds)
  return new Intl.NumberFormat(i18n.locale, { style: 'unit', unit, unitDisplay: 'long' }).format(value)
}

/** A range in words: `50 to 70 seconds`, or one length where both are the same. */
export function range(from: number, to: number): string {
  const [least, most] = [rounded(from), rounded(Math.max(from, to))]
  const format = new Intl.NumberFormat(i18n.locale, { style: 'unit', unit: most.unit, unitDisplay: 'long' })
  if (least.unit !== most.unit) return `${roughly(from)} \u2013 ${roughly(to)}`
  return least.value === most.value ? format.format(most.value) : format.formatRange(least.value, most.value)
}

function rounded(seconds: number): { value: number; unit: 'second' | 'minute' | 'hour' } {
  if (seconds < 10) return { value: Math.max(1, Math.ceil(seconds)), unit: 'second' }
  if (seconds < 1.5 * MINUTE) return { value: Math.ceil(seconds / 5) * 5, unit: 'second' }
  if (seconds < 1.5 * HOUR) return { value: Math.round(seconds / MINUTE), unit: 'minute' }
  return { value: Math.round((2 * seconds) / HOUR) / 2, unit: 'hour' }
}
