import { say } from '../../api/sentences'
import { number } from '../../i18n/format'
import { roughly } from '../../i18n/roughly'
import { useText } from '../../i18n/useText'
import css from './foot.module.css'
import { lineOf, possible } from './numbers'
import type { Quote } from './queries'

/** What the foot bar of a small screen has no room for: what sets the number, the price line by line, the time. */
export function Details({ quote, available }: { quote: Quote; available: number | undefined }) {
  const text = useText()
  return (
    <div className={css['details']} data-testid="details">
      <p>
        <b className={css['big']}>{possible(quote, text)}</b> {text('mix.possible', { count: Number(quote.capacity ?? 2) })}
      </p>
      <p className="small">{say(quote.binding)}</p>
      <dl>
        {quote.lines.map((line) => (
          <div key={`${line.code} ${line.label}`}>
            <dt>
              {lineOf(line)}{' '}
              <span className="small">
                {number(line.quantity)} × {number(line.unit_price)}
              </span>
            </dt>
            <dd>{text('mix.credits', { count: line.price })}</dd>
          </div>
        ))}
        <div className={css['sum']}>
          <dt>{text('mix.sum')}</dt>
          <dd>{text('mix.credits', { count: quote.price })}</dd>
        </div>
        {available !== undefined && (
          <div>
            <dt>{text('mix.balance')}</dt>
            <dd>{text('mix.credits', { count: available })}</dd>
          </div>
        )}
        <div>
          <dt>{text('mix.work')}</dt>
          <dd>{text('mix.about', { time: roughly(quote.work_s) })}</dd>
        </div>
      </dl>
    </div>
  )
}
