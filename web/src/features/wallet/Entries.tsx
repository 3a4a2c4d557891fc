import { say } from '../../api/sentences'
import { moment, number } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { GenerationLink } from '../../shell/GenerationLink'
import { amountOf, type Entry } from './queries'
import css from './wallet.module.css'

/** Entries as sentences, each with the order it belongs to. */
export function Entries({ entries }: { entries: readonly Entry[] }) {
  const text = useText()
  return (
    <ol className={`${css['entries']} card`}>
      {entries.map((entry) => {
        const amount = amountOf(entry)
        return (
          <li key={entry.seq}>
            <div className="grow">
              <b>{text(`wallet.kind.${entry.kind}`)}</b>
              {entry.note && <span className="small break"> {say(entry.note)}</span>}
              {entry.generation_id && (
                <span className="small">
                  {' '}
                  <GenerationLink id={entry.generation_id} className="link whole">{text('wallet.see')}</GenerationLink>
                </span>
              )}
              <div className="tiny">{moment(entry.created_at)}</div>
            </div>
            <div className={css['amount']}>
              <b data-in={amount > 0 || undefined}>{`${amount > 0 ? '+' : '\u2212'}${number(Math.abs(amount))}`}</b>
              <div className="tiny">{text('wallet.left', { balance: number(entry.balance) })}</div>
            </div>
          </li>
        )
      })}
    </ol>
  )
}
