import { i18n } from '@lingui/core'
import { Link } from '@tanstack/react-router'
import { api, must } from '../../api/client'
import { isLanguage } from '../../i18n/languages'
import { useText } from '../../i18n/useText'
import { AskForLink } from './AskForLink'

/** Asks for an address; all else is asked by the page behind the link in the mail. */
export function SignUp() {
  const text = useText()
  const language = isLanguage(i18n.locale) ? i18n.locale : 'en'
  return (
    <AskForLink
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
      autoComplete="email"
      ask={(email) => must(api.POST('/v1/auth/sign-up', { body: { email, language } }))}
    />
  )
}
