import { Button } from '@mantine/core'
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useText } from '../../i18n/useText'
import type { Shortfall } from './order'
import css from './shortfall.module.css'
import type { Smaller } from './smaller'

interface MissingProps {
  short: Shortfall
  /** Credits that running orders hold. */
  reserved: number
  /** All of them can be paid in this size. */
  smaller: Smaller | null
  /** It was ordered all the same. */
  refused: boolean
  onFewer: (count: number) => void
  onSmaller: (smaller: Smaller) => void
  onClose: () => void
}

/** What is missing for an order, and the ways on. */
export function Missing({ short, reserved, smaller, refused, onFewer, onSmaller, onClose }: MissingProps) {
  const text = useText()
  const box = useRef<HTMLElement>(null)
  useEffect(() => {
    if (refused) box.current?.scrollIntoView({ block: 'center' })
  }, [refused])
  return (
    <section ref={box} className={`${css['missing']} card`} aria-labelledby="missing">
      <div className="row">
        <h2 id="missing" className="grow">
          {text('mix.missing', { count: short.missing })}
        </h2>
        <button type="button" className={css['close']} aria-label={text('kit.close')} onClick={onClose}>
          <IconX size={18} aria-hidden />
        </button>
      </div>
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
