import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { appsQuery } from '../../api/queries'
import { words } from '../../form/labels'
import { resolve, type Schema } from '../../form/resolve'

/** Names of looks, in the words of an app's form; one it does not name (any more) as it is. */
export function useLooks(app: string): (look: string) => string {
  const { data } = useQuery(appsQuery)
  const schema = data?.items.find(({ id }) => id === app)?.spec_schema
  return useMemo(() => {
    const field = schema && resolve(schema as Schema).fields.find(({ name }) => name === 'looks')
    return (look) => {
      const option = field?.options.find(({ value }) => value === look)
      return field && option ? words(app).option(field, option) : look
    }
  }, [app, schema])
}
