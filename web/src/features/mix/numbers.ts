/** Numbers of a quote, in words. */
import { say } from '../../api/sentences'
import { count } from '../../i18n/format'
import type { Text } from '../../i18n/useText'
import type { Quote } from './queries'

/** How many different videos are possible: `1,240`, or a word where no number says it. */
export function possible({ capacity }: Quote, text: Text): string {
  return capacity === null ? text('mix.endless') : (count(capacity) ?? text('mix.very-many'))
}

/** What a line of the price is for. */
export function lineOf({ code, label, parameters }: Quote['lines'][number]): string {
  return say({ code, message: label, parameters })
}

/** How many are possible beyond those `skipped`, where that is fewer than were asked for, and any. */
export function limit(quote: Pick<Quote, 'capacity' | 'count'> | undefined, skipped: number): number | null {
  if (quote === undefined || quote.capacity === null) return null
  const left = BigInt(quote.capacity) - BigInt(skipped)
  return left > 0n && left < BigInt(quote.count) ? Number(left) : null
}
