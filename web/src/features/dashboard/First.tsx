import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { walletQuery } from '../../api/queries'
import { useText } from '../../i18n/useText'
import { Collage } from '../../kit/Collage'
import css from './first.module.css'
import { WithSamples } from './WithSamples'

/** Where there is nothing yet: what will be here, and two ways to begin. */
export function First() {
  const text = useText()
  const { data: wallet } = useQuery(walletQuery)
  return (
    <section className={`${css['first']} card`}>
      <div className={css['words']}>
        <h2>{text('home.first')}</h2>
        <p>{text('home.first-why')}</p>
        <div className={css['ways']}>
          <WithSamples />
          <Button component={Link} to="/projects/new" variant="default" size="lg">
            {text('home.new')}
          </Button>
        </div>
        <p className="small">{wallet && wallet.available > 0 && text('home.first-cost', { count: wallet.available })}</p>
      </div>
      <Collage className={css['pictures']} />
    </section>
  )
}
