import { Button, TextInput } from '@mantine/core'
import { i18n } from '@lingui/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, must } from '../../api/client'
import { signedIn } from '../../api/session'
import { isLanguage } from '../../i18n/languages'
import { useText } from '../../i18n/useText'
import { useSubmit } from '../../kit/useSubmit'
import { AuthFrame, Problem } from './AuthFrame'
import { tokenOfLink } from './links'
import { NewPassword } from './NewPassword'

/** The page behind the link of a sign-up mail: a name and a password, and the account is there. */
export function CompleteSignUp() {
  const text = useText()
  const navigate = useNavigate()
  const [token] = useState(tokenOfLink)
  const form = useSubmit(
    async ({ name = '', password = '' }) => {
      const language = isLanguage(i18n.locale) ? i18n.locale : 'en'
      signedIn(await must(api.POST('/v1/auth/sign-up/complete', { body: { token, name, password, language } })))
      await navigate({ to: '/home', replace: true })
    },
    { weak_password: 'password' },
  )
  return (
    <AuthFrame
      title={text('auth.almost')}
      lead={text('auth.almost-lead')}
      foot={
        <Link to="/sign-up" className="link">
          {text('auth.new-link')}
        </Link>
      }
    >
      <form onSubmit={form.onSubmit} noValidate>
        <TextInput name="name" autoComplete="name" autoFocus label={text('auth.name')} error={form.fault('name')} />
        <NewPassword name="password" label={text('auth.password')} error={form.fault('password')} />
        <Problem>{form.problem}</Problem>
        <Button type="submit" loading={form.busy}>
          {text('auth.make-account')}
        </Button>
      </form>
    </AuthFrame>
  )
}
