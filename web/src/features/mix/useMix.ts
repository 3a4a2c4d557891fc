import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { ApiError } from '../../api/errors'
import { appsQuery } from '../../api/queries'
import { type Placed, placed } from '../../form/faults'
import { type Form, resolve, type Schema } from '../../form/resolve'
import { known, toSpec, type Values } from '../../form/values'
import { type Beginning, initialsFor, reseeded, saveDraft } from './draft'
import { limit } from './numbers'
import { type Plan, planQuery, type Quote, quoteQuery } from './queries'

const PAUSE_MS = 150 // after the last change, before the API is asked

export interface Mix {
  form: Form | null
  values: Values
  initials: Values
  /** What is quoted, planned and ordered: chosen values, and the seed of the videos that are shown. */
  spec: Values
  seeded: Values
  /** So many are possible, which is fewer than were asked for: they are quoted, planned and ordered. */
  limited: number | null
  /** The quote is that of what is chosen now. */
  settled: boolean
  /** The last answer there was; `old` while a newer one is on its way. */
  quote: Quote | null
  plan: Plan | null
  old: boolean
  faults: Placed
  /** What is wrong with the whole, and belongs to no field. */
  problem: unknown
  /** Why there is no plan of what can be ordered. */
  unplanned: unknown
  change: (values: Values) => void
  another: () => void
}

/** The settings of a project's next order, and what the API says of them at each change. */
export function useMix(project: string, app: string, begun: Beginning): Mix {
  const { own } = begun
  const [draft, setDraft] = useState(begun.draft)
  const { data: apps } = useQuery(appsQuery)
  const schema = apps?.items.find(({ id }) => id === app)?.spec_schema
  const form = useMemo(() => (schema ? resolve(schema as Schema) : null), [schema])
  const initials = useMemo(() => initialsFor(draft.values), [draft.values])
  const spec = useMemo(
    () => (form ? toSpec(form.fields, known(form.fields, draft.values), initials) : null),
    [form, draft.values, initials],
  )
  const [asked] = useDebouncedValue(spec, PAUSE_MS)
  const first = useQuery({ ...quoteQuery(project, asked ?? {}), enabled: asked !== null })
  const limited = limit(first.data, Number(asked?.['skip'] ?? 0))
  const fitted = useMemo(() => (limited === null ? (asked ?? {}) : { ...asked, count: limited }), [asked, limited])
  const second = useQuery({ ...quoteQuery(project, fitted), enabled: limited !== null })
  const quoteAnswer = limited === null ? first : second
  const seeded = useMemo(() => withSeed(fitted, draft.seed), [fitted, draft.seed])
  const planAnswer = useQuery({ ...planQuery(project, seeded), enabled: first.data !== undefined })
  const quote = useLast(quoteAnswer.data)
  const plan = useLast(planAnswer.data)
  useEffect(() => {
    if (own) saveDraft(project, draft)
  }, [own, project, draft])
  const error = quoteAnswer.error
  const unplanned = error === null && planAnswer.data === undefined ? planAnswer.error : null
  const faults = useMemo(() => placed(error), [error])
  return {
    form,
    values: draft.values,
    initials,
    spec: spec ?? {},
    seeded,
    limited,
    quote,
    plan: unplanned === null ? plan : null,
    unplanned,
    settled: spec === asked && quoteAnswer.data !== undefined,
    old: spec !== asked || (planAnswer.data === undefined && unplanned === null),
    faults,
    problem: error instanceof ApiError && Object.keys(faults).length > 0 ? null : error,
    change: useCallback((values) => setDraft((now) => ({ ...now, values })), []),
    another: useCallback(() => setDraft(reseeded), []),
  }
}

function withSeed(spec: Values, seed: number): Values {
  return typeof spec['seed'] === 'number' ? spec : { ...spec, seed }
}

/** The last of what was there: an answer stays until the next one. */
function useLast<T>(now: T | undefined): T | null {
  const [last, setLast] = useState<T | null>(now ?? null)
  if (now !== undefined && now !== last) setLast(now)
  return now ?? last
}
