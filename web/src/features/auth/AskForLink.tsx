import { Button, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useText } from '../../i18n/useText'
import { useSubmit } from '../../kit/useSubmit'
import { AuthFrame, Problem } from './AuthFrame'
import { MailSent } from './MailSent'

/** What the API says of a link it mails. */
interface Link {
  email: string
  expires_in_s: number
}

interface Props {
  title: string
  lead: string
  foot: ReactNode
  /** What a browser may fill in: an address to begin with, or the name of an account. */
  autoComplete: 'email' | 'username'
  ask: (email: string) => Promise<Link>
}

/** Asks for an address and has a link mailed to it; then says where it went, and sends it again if asked. */
export function AskForLink({ title, lead, foot, autoComplete, ask }: Props) {
  const text = useText()
  const [sent, setSent] = useState<{ email: string; minutes: number } | null>(null)
  const send = async (address: string): Promise<void> => {
    const { email, expires_in_s } = await ask(address)
    setSent({ email, minutes: Math.round(expires_in_s / 60) })
  }
  const form = useSubmit(({ email = '' }) => send(email))
  if (sent) return <MailSent {...sent} again={() => send(sent.email)} />
  return (
    <AuthFrame title={title} lead={lead} foot={foot}>
      <form onSubmit={form.onSubmit} noValidate>
        <TextInput
          name="email"
          type="email"
          autoComplete={autoComplete}
          autoFocus
          label={text('auth.email')}
          error={form.fault('email')}
        />
        <Problem>{form.problem}</Problem>
        <Button type="submit" loading={form.busy}>
          {text('auth.send-link')}
        </Button>
      </form>
    </AuthFrame>
  )
}
