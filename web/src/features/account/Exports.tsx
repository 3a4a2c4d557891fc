import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'
import { ago, bytes } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { failed } from '../../kit/failed'
import { saveFrom } from '../../kit/saveFile'
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
  const save = useMutation({
    mutationFn: async (id: string) => {
      const { items } = await client.fetchQuery({ ...exportsQuery, staleTime: 0 }) // the link on the screen may have ended
      return items.find((one) => one.id === id)?.url ?? null
    },
    onSuccess: (url) => url !== null && saveFrom(url, ''),
    onError: failed,
  })
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
                <button type="button" className="link" disabled={save.isPending} onClick={() => save.mutate(one.id)}>
                  {text('account.download')}
                </button>
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
