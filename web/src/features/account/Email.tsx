import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { api, must } from '../../api/client'
import { useUser } from '../../api/session'
import { useText } from '../../i18n/useText'
import { useSubmit } from '../../kit/useSubmit'
import css from './account.module.css'
import { OwnPassword } from './OwnPassword'
import { Section } from './Section'

/** The address one signs in with; a new one counts when the link sent to it is opened. */
export function Email() {
  const text = useText()
  const user = useUser()
  const [sent, setSent] = useState<string | null>(null)
  const form = useSubmit(
    async ({ email = '', password = '' }) => {
      const link = await must(api.POST('/v1/me/email', { body: { email, password } }))
      setSent(link.email)
    },
    { wrong_password: 'password' },
  )
  return (
    <Section title={text('account.email')}>
      <p className="break">{user.email}</p>
      {sent && (
        <p role="status" className={css['note']}>
          {text('account.email-sent', { email: sent })}
        </p>
      )}
      <form className={css['form']} onSubmit={form.onSubmit} noValidate>
        <TextInput
          name="email"
          type="email"
          autoComplete="email"
          label={text('account.new-email')}
          error={form.fault('email')}
        />
        <OwnPassword form={form} />
        <Button type="submit" variant="default" loading={form.busy}>
          {text('account.change-email')}
        </Button>
      </form>
    </Section>
  )
}
