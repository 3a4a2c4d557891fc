import { Link } from '@tanstack/react-router'
import { api, must } from '../../api/client'
import { useText } from '../../i18n/useText'
import { AskForLink } from './AskForLink'

/** Asks for the address whose password is forgotten. */
export function ResetPassword() {
  const text = useText()
  return (
    <AskForLink
      title={text('auth.reset')}
      lead={text('auth.reset-lead')}
      foot={
        <Link to="/sign-in" className="link">
          {text('auth.back')}
        </Link>
      }
      autoComplete="username"
      ask={(email) => must(api.POST('/v1/auth/reset-password', { body: { email } }))}
    />
  )
}
