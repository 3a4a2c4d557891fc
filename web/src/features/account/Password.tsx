import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'
import { useText } from '../../i18n/useText'
import { toast } from '../../kit/toasts'
import { useSubmit } from '../../kit/useSubmit'
import { PasswordField } from '../../kit/PasswordField'
import css from './account.module.css'
import { OwnPassword } from './OwnPassword'
import { Section } from './Section'

/** Changes the password. */
export function Password() {
  const text = useText()
  const client = useQueryClient()
  const [round, setRound] = useState(0)
  const form = useSubmit(
    async ({ password = '', new_password = '' }) => {
      await must(api.POST('/v1/me/password', { body: { password, new_password } }))
      toast({ text: text('account.password-changed') })
      void client.invalidateQueries({ queryKey: keys.sessions })
      setRound((old) => old + 1) // empties the fields
    },
    { wrong_password: 'password', weak_password: 'new_password' },
  )
  return (
    <Section title={text('account.change-password')}>
      <p className="small">{text('account.password-ends')}</p>
      <form key={round} className={css['form']} onSubmit={form.onSubmit} noValidate>
        <OwnPassword form={form} label={text('account.old-password')} />
        <PasswordField
          name="new_password"
          autoComplete="new-password"
          label={text('account.new-password')}
          error={form.fault('new_password')}
        />
        <Button type="submit" variant="default" loading={form.busy}>
          {text('account.change-password')}
        </Button>
      </form>
    </Section>
  )
}
