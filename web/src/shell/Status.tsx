import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { runningQuery, walletQuery } from '../api/queries'
import { number } from '../i18n/format'
import { useText } from '../i18n/useText'
import { usePoll } from '../live/leader'
import css from './Status.module.css'

/** What is being made now, and what is left to spend. */
export function Status() {
  const text = useText()
  const poll = usePoll(15_000)
  const { data: wallet } = useQuery({ ...walletQuery, refetchInterval: poll })
  const { data: running } = useQuery({ ...runningQuery, refetchInterval: poll })
  const items = running?.items ?? []
  const made = items.reduce((sum, one) => sum + one.outputs_made, 0)
  const total = items.reduce((sum, one) => sum + one.outputs_total, 0)
  return (
    <div className={css['status']}>
      {items.length > 0 && (
        <Link to="/history" search={{ state: 'running' }} className={css['pill']}>
          <span className={css['dot']} aria-hidden />
          {text('shell.making', { made: number(made), total: number(total) })}
        </Link>
      )}
      <Link to="/wallet" className={css['pill']}>
        {wallet ? text('shell.credits', { count: wallet.available }) : '\u2026'}
      </Link>
    </div>
  )
}
