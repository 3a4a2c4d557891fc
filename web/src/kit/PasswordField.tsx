import { PasswordInput, type PasswordInputProps } from '@mantine/core'
import { useId } from 'react'
import { useText } from '../i18n/useText'

/** A password, hidden until one asks to see it. That it is wrong, and what is, is said to everybody: Mantine's own does not. */
export function PasswordField({ error, ...rest }: PasswordInputProps) {
  const text = useText()
  const id = useId()
  return (
    <PasswordInput
      {...rest}
      error={error}
      errorProps={{ id }}
      {...(error && { 'aria-invalid': true, 'aria-describedby': id })}
      visibilityToggleButtonProps={{ 'aria-label': text('kit.show-password') }}
    />
  )
}
