/** Smaller: the same videos in a smaller picture, where the balance is not enough for what was chosen. */
import { useQueries } from '@tanstack/react-query'
import { words } from '../../form/labels'
import type { Field, Form, Option } from '../../form/resolve'
import { type Values, valueOf } from '../../form/values'
import { type Quote, quoteQuery } from './queries'

const SIZE = 'resolution'

export interface Smaller {
  count: number
  /** As the form names it. */
  size: string
  price: number
  values: Values
}

/** Sizes below the one that is chosen, the largest first; none where an app asks for no size. */
export function sizesBelow(field: Field | undefined, values: Values): Option[] {
  if (field === undefined) return []
  const chosen = Number(valueOf(field, values))
  return field.options.filter(({ value }) => Number(value) < chosen).sort((a, b) => Number(b.value) - Number(a.value))
}

/** The first of these offers that the balance is enough for; none while one before it is not known yet. */
export function withinReach<T extends Pick<Quote, 'price'>>(offers: readonly (T | undefined)[], available: number): number | null {
  const found = offers.findIndex((offer) => offer === undefined || offer.price <= available)
  return offers[found] === undefined ? null : found
}

/** The largest smaller size at which all these videos can be paid, by the API's own quote; `spec` is what is ordered. */
export function useSmaller(project: string, app: string, form: Form | null, spec: Values, available: number | null): Smaller | null {
  const field = form?.fields.find(({ name }) => name === SIZE)
  const sizes = available === null ? [] : sizesBelow(field, spec)
  const quotes = useQueries({ queries: sizes.map(({ value }) => quoteQuery(project, { ...spec, [SIZE]: value })) })
  const found = withinReach(quotes.map(({ data }) => data), available ?? 0)
  const quote = found === null ? undefined : quotes[found]?.data
  const size = found === null ? undefined : sizes[found]
  if (quote === undefined || size === undefined || field === undefined) return null
  return { count: quote.count, size: words(app).option(field, size), price: quote.price, values: { [SIZE]: size.value } }
}
