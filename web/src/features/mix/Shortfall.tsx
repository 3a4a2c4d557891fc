import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useText } from '../../i18n/useText'
import css from './mix.module.css'
import type { Shortfall } from './order'
import type { Smaller } from './smaller'

interface MissingProps {
  short: Shortfall
  /** Credits that running orders hold. */
  reserved: number
  /** All of them can be paid in this size. */
  smaller: Smaller | null
  onFewer: (count: number) => void
  onSmaller: (smaller: Smaller) => void
}

/** What is missing for an order, and the ways on. */
export function Missing({ short, reserved, smaller, onFewer, onSmaller }: MissingProps) {
  const text = useText()
  return (
    <section className={`${css['missing']} card`} aria-labelledby="missing">
      <h2 id="missing">{text('mix.missing', { count: short.missing })}</h2>
      <p className="small">{text('mix.missing-why', { required: short.required, available: short.available })}</p>
      {reserved > 0 && <p className="small">{text('mix.missing-held', { reserved })}</p>}
      <div className="row wrap">
        {smaller && (
          <Button variant="light" onClick={() => onSmaller(smaller)}>
            {text('mix.smaller', { count: smaller.count, size: smaller.size, price: smaller.price })}
          </Button>
        )}
        {short.affordable > 0 && (
          <Button variant="light" onClick={() => onFewer(short.affordable)}>
            {text('mix.fewer', { count: short.affordable })}
          </Button>
        )}
        <Link to="/wallet" search={{ missing: short.missing }} className="link small">
          {text('mix.to-credits')}
        </Link>
      </div>
    </section>
  )
}
