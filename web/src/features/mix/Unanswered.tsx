import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { ago } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import css from './mix.module.css'
import type { Order } from './order'

interface UnansweredProps {
  order: Order
  onAgain: () => void
  onForget: () => void
}

/** An order that nobody knows the fate of: sent again it is ordered once at most; nothing else is ordered before that is settled. */
export function Unanswered({ order, onAgain, onForget }: UnansweredProps) {
  const text = useText()
  return (
    <section className={`${css['missing']} card`} role="alert" aria-labelledby="unanswered" data-testid="unanswered">
      <h2 id="unanswered">{text('mix.unanswered')}</h2>
      <p className="small">{text('mix.unanswered-why', { when: ago(new Date(order.sent).toISOString()) })}</p>
      <div className="row wrap">
        <Button variant="light" onClick={onAgain}>
          {text('mix.send-again')}
        </Button>
        <Button variant="default" onClick={onForget}>
          {text('mix.forget-order')}
        </Button>
        <Link to={'/history' as string} className="link small">
          {text('mix.to-history')}
        </Link>
      </div>
    </section>
  )
}
