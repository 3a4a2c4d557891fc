import { Button } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'
import { ago, bytes } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { toast } from '../../kit/toasts'
import { useSubmit } from '../../kit/useSubmit'
import css from './account.module.css'
import { OwnPassword } from './OwnPassword'
import { exportsQuery } from './queries'
import { Section } from './Section'

/** Archives of all that is kept about a person. */
export function Exports() {
  const text = useText()
  const client = useQueryClient()
  const { data } = useQuery(exportsQuery)
  const form = useSubmit(
    async ({ password = '' }) => {
      await must(api.POST('/v1/me/exports', { body: { password } }))
      toast({ text: text('account.export-asked') })
      await client.invalidateQueries({ queryKey: keys.exports })
    },
    { wrong_password: 'password' },
  )
  return (
    <Section title={text('account.data')}>
      <p className="small">{text('account.data-why')}</p>
      {data && data.items.length > 0 && (
        <ul className={css['list']}>
          {data.items.map((one) => (
            <li key={one.id}>
              <span className="grow">
                {one.url === null
                  ? text('account.export-making', { when: ago(one.created_at) })
                  : text('account.export-ready', { when: ago(one.created_at), size: bytes(one.size_bytes ?? 0) })}
              </span>
              {one.url !== null && (
                <a className="link" href={one.url}>
                  {text('account.download')}
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
      <form className={css['form']} onSubmit={form.onSubmit} noValidate>
        <OwnPassword form={form} />
        <Button type="submit" variant="default" loading={form.busy}>
          {text('account.ask-export')}
        </Button>
      </form>
    </Section>
  )
}
