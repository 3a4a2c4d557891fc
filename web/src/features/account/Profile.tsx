import { Button, TextInput } from '@mantine/core'
import { api, must } from '../../api/client'
import { profileChanged, useUser } from '../../api/session'
import { useText } from '../../i18n/useText'
import { toast } from '../../kit/toasts'
import { useSubmit } from '../../kit/useSubmit'
import { Section } from './Section'
import { useProfile } from './useProfile'
import css from './account.module.css'

/** How one is called, and whether mails say that orders have ended. */
export function Profile() {
  const text = useText()
  const user = useUser()
  const profile = useProfile()
  const form = useSubmit(async ({ name = '' }) => {
    profileChanged(await must(api.PATCH('/v1/me', { body: { name } })))
    toast({ text: text('account.saved') })
  })
  return (
    <Section title={text('account.profile')}>
      <form className={css['line']} onSubmit={form.onSubmit} noValidate>
        <TextInput
          name="name"
          autoComplete="name"
          label={text('account.name')}
          defaultValue={user.name}
          error={form.fault('name') ?? form.problem}
        />
        <Button type="submit" variant="default" loading={form.busy}>
          {text('account.save')}
        </Button>
      </form>
      <label className={css['check']}>
        <input
          type="checkbox"
          checked={user.mail_on_end}
          onChange={(event) => profile.mutate({ mail_on_end: event.currentTarget.checked })}
        />
        {text('account.mail-on-end')}
      </label>
    </Section>
  )
}
