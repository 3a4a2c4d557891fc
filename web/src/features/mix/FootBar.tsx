import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { say } from '../../api/sentences'
import { number } from '../../i18n/format'
import { roughly } from '../../i18n/roughly'
import { useText } from '../../i18n/useText'
import { Details } from './Details'
import css from './foot.module.css'
import { lineOf, possible } from './numbers'
import type { Quote } from './queries'
import { Sheet } from './Sheet'

interface FootBarProps {
  quote: Quote | null
  old: boolean
  available: number | undefined
  wrong: boolean
  busy: boolean
  onOrder: () => void
  /** Buttons before the one next step. */
  children: ReactNode
}

/** How many different videos are possible and what sets it, what they cost, how long it takes, and the one next step. */
export function FootBar({ quote, old, available, wrong, busy, onOrder, children }: FootBarProps) {
  const text = useText()
  const small = useMediaQuery('(max-width: 1100px)') ?? false // as in the style sheet
  const shown = quote ? possible(quote, text) : '…'
  return (
    <div className={css['foot']} data-old={old || undefined} data-testid="foot">
      <div className={css['capacity']}>
        <b className={css['big']} data-testid="capacity" data-long={shown.length > 9 || undefined}>
          {shown}
        </b>
        <p className="small" role="status">
          <span>{text('mix.possible', { count: Number(quote?.capacity ?? 2) })}</span>
          {quote && <span className={css['binding']}>{say(quote.binding)}</span>}
        </p>
      </div>
      <div className={css['price']}>
        <b data-testid="price">{quote ? text('mix.credits', { count: quote.price }) : '…'}</b>
        {available !== undefined && <span className="small"> {text('mix.of', { available: number(available) })}</span>}
        <small className={css['lines']}>{quote?.lines.map((line) => `${lineOf(line)} ${number(line.quantity)} × ${number(line.unit_price)}`).join(' + ')}</small>
        {small && quote && (
          <Sheet title={text('mix.details-of')} label={text('mix.details')} short>
            <Details quote={quote} available={available} />
          </Sheet>
        )}
      </div>
      <div className={css['time']}>
        <b>{quote ? text('mix.about', { time: roughly(quote.work_s) }) : '…'}</b>
        <small>{text('mix.ready-in')}</small>
      </div>
      <div className={css['buttons']}>
        {children}
        <Button size="md" onClick={onOrder} loading={busy} disabled={quote === null || wrong} data-testid="make">
          {text('mix.make', { count: quote?.count ?? 0 })}
        </Button>
      </div>
    </div>
  )
}
