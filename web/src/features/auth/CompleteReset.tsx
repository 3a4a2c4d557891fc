import { Button } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, must } from '../../api/client'
import { signedIn } from '../../api/session'
import { useText } from '../../i18n/useText'
import { toast } from '../../kit/toasts'
import { useSubmit } from '../../kit/useSubmit'
import { AuthFrame, Problem } from './AuthFrame'
import { tokenOfLink } from './links'
import { NewPassword } from './NewPassword'

/** The page behind the link of a reset mail: a new password, and one is signed in. */
export function CompleteReset() {
  const text = useText()
  const navigate = useNavigate()
  const [token] = useState(tokenOfLink)
  const form = useSubmit(
    async ({ password = '' }) => {
      signedIn(await must(api.POST('/v1/auth/reset-password/complete', { body: { token, password } })))
      toast({ text: text('auth.password-changed') })
      await navigate({ to: '/home', replace: true })
    },
    { weak_password: 'password' },
  )
  return (
    <AuthFrame
      title={text('auth.choose-password')}
      lead={text('auth.choose-lead')}
      foot={
        <Link to="/reset-password" className="link">
          {text('auth.new-link')}
        </Link>
      }
    >
      <form onSubmit={form.onSubmit} noValidate>
        <NewPassword name="password" label={text('auth.new-password')} error={form.fault('password')} />
        <Problem>{form.problem}</Problem>
        <Button type="submit" loading={form.busy}>
          {text('auth.save-password')}
        </Button>
      </form>
    </AuthFrame>
  )
}
