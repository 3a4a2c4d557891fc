import { Button, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { i18n } from '@lingui/core'
import { useState } from 'react'
import { api, must } from '../../api/client'
import { isLanguage } from '../../i18n/languages'
import { useText } from '../../i18n/useText'
import { useSubmit } from '../../kit/useSubmit'
import { AuthFrame, Problem } from './AuthFrame'
import { MailSent } from './MailSent'

/** Asks for an address; all else is asked by the page behind the link in the mail. */
export function SignUp() {
  const text = useText()
  const [sent, setSent] = useState<{ email: string; minutes: number } | null>(null)
  const send = async (email: string): Promise<void> => {
    const language = isLanguage(i18n.locale) ? i18n.locale : 'en'
    const link = await must(api.POST('/v1/auth/sign-up', { body: { email, language } }))
    setSent({ email: link.email, minutes: Math.round(link.expires_in_s / 60) })
  }
  const form = useSubmit(({ email = '' }) => send(email))
  if (sent) return <MailSent {...sent} again={() => send(sent.email)} />
  return (
    <AuthFrame
      title={text('auth.sign-up')}
      lead={text('auth.sign-up-lead')}
      foot={
        <>
          {text('auth.have-one')}{' '}
          <Link to="/sign-in" className="link">
            {text('auth.sign-in')}
          </Link>
        </>
      }
    >
      <form onSubmit={form.onSubmit} noValidate>
        <TextInput
          name="email"
          type="email"
          autoComplete="email"
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
