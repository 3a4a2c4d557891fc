import { Button, TextInput } from '@mantine/core'
import { getRouteApi, Link, useRouter } from '@tanstack/react-router'
import { useState } from 'react'
import { api, must } from '../../api/client'
import { sessionState, signedIn } from '../../api/session'
import { useText } from '../../i18n/useText'
import { useSubmit } from '../../kit/useSubmit'
import { PasswordField } from '../../kit/PasswordField'
import css from './auth.module.css'
import { AuthFrame, Problem } from './AuthFrame'

const route = getRouteApi('/public/sign-in')

/** Address and password; then the page that was wanted. */
export function SignIn() {
  const text = useText()
  const router = useRouter()
  const { next } = route.useSearch()
  const [ended] = useState(() => {
    const state = sessionState()
    return state.kind === 'out' && state.ended
  })
  const form = useSubmit(async ({ email = '', password = '' }) => {
    signedIn(await must(api.POST('/v1/auth/sign-in', { body: { email, password } })))
    router.history.push(next ?? '/home')
  })
  return (
    <AuthFrame
      title={text('auth.sign-in')}
      lead=""
      foot={
        <>
          {text('auth.have-none')}{' '}
          <Link to="/sign-up" className="link">
            {text('auth.sign-up')}
          </Link>
        </>
      }
    >
      {ended && <p className={css['note']}>{text('auth.ended')}</p>}
      <form onSubmit={form.onSubmit} noValidate>
        <TextInput
          name="email"
          type="email"
          autoComplete="username"
          autoFocus
          label={text('auth.email')}
          error={form.fault('email')}
        />
        <PasswordField
          name="password"
          autoComplete="current-password"
          label={text('auth.password')}
          error={form.fault('password')}
        />
        <Problem>{form.problem}</Problem>
        <Button type="submit" loading={form.busy}>
          {text('auth.sign-in')}
        </Button>
      </form>
      <Link to="/reset-password" className="link small">
        {text('auth.forgot')}
      </Link>
    </AuthFrame>
  )
}
