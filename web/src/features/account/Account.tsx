import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { signOut } from '../../api/session'
import { useText } from '../../i18n/useText'
import { Page } from '../../shell/Page'
import css from './account.module.css'
import { DeleteAccount } from './DeleteAccount'
import { Email } from './Email'
import { Exports } from './Exports'
import { Looks } from './Looks'
import { Password } from './Password'
import { Profile } from './Profile'
import { Sessions } from './Sessions'
import { Usage } from './Usage'

/** The account of who is signed in. */
export function Account() {
  const text = useText()
  const navigate = useNavigate()
  return (
    <Page
      title={text('account.title')}
      actions={
        <Button variant="default" onClick={() => void signOut().then(() => navigate({ to: '/sign-in' }))}>
          {text('account.sign-out')}
        </Button>
      }
    >
      <div className={css['page']}>
        <Profile />
        <Looks />
        <Email />
        <Password />
        <Sessions />
        <Usage />
        <Exports />
        <DeleteAccount />
      </div>
    </Page>
  )
}
