import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useText } from '../../i18n/useText'
import css from './mix.module.css'
import type { Shortfall } from './order'

interface MissingProps {
  short: Shortfall
  /** Credits that running orders hold. */
  reserved: number
  onFewer: (count: number) => void
}

/** What is missing for an order, and the ways on. */
export function Missing({ short, reserved, onFewer }: MissingProps) {
  const text = useText()
  return (
    <section className={`${css['missing']} card`} aria-labelledby="missing">
      <h2 id="missing">{text('mix.missing', { count: short.missing })}</h2>
      <p className="small">{text('mix.missing-why', { required: short.required, available: short.available })}</p>
      {reserved > 0 && <p className="small">{text('mix.missing-held', { reserved })}</p>}
      <div className="row wrap">
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
