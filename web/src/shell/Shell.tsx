import { Link, Outlet } from '@tanstack/react-router'
import IconHelp from '@tabler/icons-react/dist/esm/icons/IconHelp.mjs'
import IconHistory from '@tabler/icons-react/dist/esm/icons/IconHistory.mjs'
import IconHome from '@tabler/icons-react/dist/esm/icons/IconHome.mjs'
import IconProjects from '@tabler/icons-react/dist/esm/icons/IconLayoutGrid.mjs'
import IconWallet from '@tabler/icons-react/dist/esm/icons/IconWallet.mjs'
import { useText } from '../i18n/useText'
import { Logo } from '../kit/Logo'
import { AccountLink } from './AccountLink'
import css from './Shell.module.css'

const PLACES = [
  { to: '/home', name: 'shell.home', Icon: IconHome },
  { to: '/projects', name: 'shell.projects', Icon: IconProjects },
  { to: '/history', name: 'shell.history', Icon: IconHistory },
  { to: '/wallet', name: 'shell.wallet', Icon: IconWallet },
  { to: '/help', name: 'shell.help', Icon: IconHelp },
] as const

/** The app's frame: places at the side, or at the foot of a phone; the page in between. */
export function Shell() {
  const text = useText()
  return (
    <div className={css['app']}>
      <a href="#main" className={css['skip']}>
        {text('shell.skip')}
      </a>
      <nav className={css['rail']} aria-label={text('shell.places')}>
        <Link to="/home" className={css['logo']} aria-label="Medley">
          <Logo />
        </Link>
        {PLACES.map(({ to, name, Icon }) => (
          <Link key={to} to={to} className={css['place']} activeProps={{ 'data-on': true }}>
            <Icon size={22} stroke={1.7} aria-hidden />
            <span>{text(name)}</span>
          </Link>
        ))}
        <AccountLink className={`${css['place']} ${css['last']}`} />
      </nav>
      <main id="main" className={css['main']}>
        <Outlet />
      </main>
    </div>
  )
}
