import { Link } from '@tanstack/react-router'
import { useUser } from '../api/session'
import { useText } from '../i18n/useText'
import css from './Shell.module.css'

/** The person's own place: their first letter. */
export function AccountLink({ className }: { className: string }) {
  const text = useText()
  const { name, email } = useUser()
  const letter = [...(name || email)][0]?.toUpperCase() ?? ''
  return (
    <Link to="/account" className={className} activeProps={{ 'data-on': true }}>
      <span className={css['letter']} aria-hidden>
        {letter}
      </span>
      <span>{text('shell.account')}</span>
    </Link>
  )
}
