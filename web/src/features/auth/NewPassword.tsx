import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { limitsQuery } from '../../api/queries'
import { useText } from '../../i18n/useText'
import { PasswordField } from '../../kit/PasswordField'
import css from './auth.module.css'

/** A field for a new password, and how long it is already; length is what makes it strong. */
export function NewPassword({ name, error, label }: { name: string; error: string | undefined; label: string }) {
  const text = useText()
  const [length, setLength] = useState(0)
  const { data: limits } = useQuery(limitsQuery)
  const least = limits?.password_characters_min ?? 8
  const filled = length < least ? (3 * length) / least : length < 2 * least ? 3 : 4
  return (
    <div>
      <PasswordField
        name={name}
        autoComplete="new-password"
        label={label}
        error={error}
        onChange={(event) => setLength([...event.currentTarget.value].length)}
      />
      <div className={css['meter']} aria-hidden>
        {[0, 1, 2, 3].map((step) => (
          <i key={step} data-on={filled > step || undefined} />
        ))}
      </div>
      <p className="small">{length < least ? text('auth.at-least', { count: least }) : text('auth.longer')}</p>
    </div>
  )
}
