import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, must } from '../../api/client'
import { explain } from '../../api/sentences'
import { useText } from '../../i18n/useText'
import { AuthFrame, Problem } from './AuthFrame'
import { tokenOfLink } from './links'

/** The page behind the link to a new address. A click confirms, not the visit: programs that look at mails visit too. */
export function ConfirmEmail() {
  const text = useText()
  const [token] = useState(tokenOfLink)
  const confirming = useMutation({
    mutationFn: () => must(api.POST('/v1/auth/confirm-email', { body: { token } })),
  })
  if (confirming.isSuccess)
    return (
      <AuthFrame title={text('auth.confirmed')} lead={text('auth.confirmed-lead')}>
        <Link to="/sign-in" className="link">
          {text('auth.go-on')}
        </Link>
      </AuthFrame>
    )
  return (
    <AuthFrame title={text('auth.confirm')} lead={text('auth.confirm-lead')}>
      <Problem>{confirming.error ? explain(confirming.error) : null}</Problem>
      <Button loading={confirming.isPending} onClick={() => confirming.mutate()}>
        {text('auth.confirm-do')}
      </Button>
    </AuthFrame>
  )
}
