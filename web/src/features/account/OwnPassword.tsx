import { useText } from '../../i18n/useText'
import type { Submit } from '../../kit/useSubmit'
import { PasswordField } from '../../kit/PasswordField'
import css from './account.module.css'

/** The field for the password one has, and what is wrong with the form as a whole. */
export function OwnPassword({ form, label }: { form: Submit; label?: string }) {
  const text = useText()
  return (
    <>
      <PasswordField
        name="password"
        autoComplete="current-password"
        label={label ?? text('account.password')}
        error={form.fault('password')}
      />
      <div role="alert">{form.problem && <p className={css['problem']}>{form.problem}</p>}</div>
    </>
  )
}
