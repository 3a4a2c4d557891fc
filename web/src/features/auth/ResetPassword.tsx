import { Button, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, must } from '../../api/client'
import { useText } from '../../i18n/useText'
import { useSubmit } from '../../kit/useSubmit'
import { AuthFrame, Problem } from './AuthFrame'
import { MailSent } from './MailSent'

/** Asks for the address whose password is forgotten. */
export function ResetPassword() {
  const text = useText()
  const [sent, setSent] = useState<{ email: string; minutes: number } | null>(null)
  const send = async (email: string): Promise<void> => {
    const link = await must(api.POST('/v1/auth/reset-password', { body: { email } }))
    setSent({ email: link.email, minutes: Math.round(link.expires_in_s / 60) })
  }
  const form = useSubmit(({ email = '' }) => send(email))
  if (sent) return <MailSent {...sent} again={() => send(sent.email)} />
  return (
    <AuthFrame
      title={text('auth.reset')}
      lead={text('auth.reset-lead')}
      foot={
        <Link to="/sign-in" className="link">
          {text('auth.back')}
        </Link>
      }
    >
      <form onSubmit={form.onSubmit} noValidate>
        <TextInput
          name="email"
          type="email"
          autoComplete="username"
          autoFocus
          label={text('auth.email')}
          error={form.fault('email')}
        />
        <Problem>{form.problem}</Problem>
        <Button type="submit" loading={form.busy}>
          {text('auth.send-link')}
        </Button>
      </form>
    </AuthFrame>
  )
}
