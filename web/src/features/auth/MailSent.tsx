import { Button } from '@mantine/core'
import { useState } from 'react'
import { useText } from '../../i18n/useText'
import { announce } from '../../kit/announce'
import css from './auth.module.css'
import { AuthFrame, Problem } from './AuthFrame'
import { explain } from '../../api/sentences'
import { ownMailbox } from './links'

/** After a mail was sent: what to do now, and what if none comes. */
export function MailSent({ email, minutes, again }: { email: string; minutes: number; again: () => Promise<void> }) {
  const text = useText()
  const [sent, setSent] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const mailbox = ownMailbox()
  return (
    <AuthFrame title={text('auth.sent')} lead={text('auth.sent-to', { email, minutes })}>
      {mailbox && (
        <p className={css['note']}>
          {text('auth.own-machine')}{' '}
          <a className="link" href={mailbox}>
            {text('auth.mailbox')}
          </a>
        </p>
      )}
      <p className="small">{text('auth.no-mail')}</p>
      <Problem>{problem}</Problem>
      <Button
        variant="default"
        disabled={sent}
        onClick={() => {
          again()
            .then(() => {
              setSent(true)
              announce(text('auth.sent-again'))
            })
            .catch((error: unknown) => setProblem(explain(error)))
        }}
      >
        {text(sent ? 'auth.sent-again' : 'auth.send-again')}
      </Button>
    </AuthFrame>
  )
}
