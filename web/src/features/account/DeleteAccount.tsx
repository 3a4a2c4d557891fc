import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, must } from '../../api/client'
import { walletQuery } from '../../api/queries'
import { forget } from '../../api/session'
import { useText } from '../../i18n/useText'
import { toast } from '../../kit/toasts'
import { useSubmit } from '../../kit/useSubmit'
import css from './account.module.css'
import { OwnPassword } from './OwnPassword'
import { Section } from './Section'

/** Ends everything: it says what that is, and asks for the password. */
export function DeleteAccount() {
  const text = useText()
  const navigate = useNavigate()
  const [open, setOpen] = useState(false)
  const { data: wallet } = useQuery(walletQuery)
  const form = useSubmit(
    async ({ password = '' }) => {
      await must(api.POST('/v1/me/delete', { body: { password } }))
      forget(false)
      await navigate({ to: '/sign-in' })
      toast({ text: text('account.deleted') })
    },
    { wrong_password: 'password' },
  )
  return (
    <Section title={text('account.delete')}>
      <p className="small">{text('account.delete-why', { count: wallet?.available ?? 0 })}</p>
      {!open && (
        <Button variant="default" onClick={() => setOpen(true)}>
          {text('account.delete-open')}
        </Button>
      )}
      {open && (
        <form className={css['form']} onSubmit={form.onSubmit} noValidate>
          <OwnPassword form={form} />
          <Button type="submit" className={css['danger'] ?? ''} loading={form.busy}>
            {text('account.delete-do')}
          </Button>
        </form>
      )}
    </Section>
  )
}
