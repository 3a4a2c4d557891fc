import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { appsQuery } from '../../api/queries'
import { words } from '../../form/labels'
import { resolve, type Schema } from '../../form/resolve'
import { useText } from '../../i18n/useText'
import { settingsOf } from './settings'

/** What was asked of an app in a sentence; empty where its form is not known (any more). */
export function useSettings(app: string, spec: Record<string, unknown>): string {
  const text = useText()
  const { data } = useQuery(appsQuery)
  const schema = data?.items.find(({ id }) => id === app)?.spec_schema
  const form = useMemo(() => (schema ? resolve(schema as Schema) : null), [schema])
  return form === null ? '' : settingsOf(spec, form, words(app), text)
}
