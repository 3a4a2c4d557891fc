import { useQuery } from '@tanstack/react-query'
import { limitsQuery } from '../../api/queries'
import { useText } from '../../i18n/useText'
import { Bone } from '../../kit/Bone'
import { Unread } from '../../kit/ErrorState'
import { Page } from '../../shell/Page'
import css from './help.module.css'
import { Shortcuts } from './Shortcuts'
import { SHOWN, written } from './limits'

const STEPS = ['clips', 'groups', 'mix', 'take'] as const
const DAY_S = 86_400

/** How it goes, what becomes of files, and how much of everything there can be. */
export function Help() {
  const text = useText()
  const query = useQuery(limitsQuery)
  const limits = query.data
  return (
    <Page title={text('help.title')}>
      <div className={css['page']}>
        <section>
          <h2>{text('help.steps')}</h2>
          <ol className={css['steps']}>
            {STEPS.map((step) => (
              <li key={step} className="card">
                <b>{text(`help.step.${step}`)}</b>
                <span className="small">{text(`help.how.${step}`)}</span>
              </li>
            ))}
          </ol>
        </section>
        <Unread of={query} />
        {query.isPending && <Bone height={300} />}
        {limits && (
          <>
            <section>
              <h2>{text('help.files')}</h2>
              <ul className={css['facts']}>
                <li>{text('help.file.yours')}</li>
                <li>{text('help.file.restore', { count: Math.round(limits.restore_s / DAY_S) })}</li>
                <li>{text('help.file.videos', { count: limits.output_days, most: limits.output_days_max })}</li>
                <li>{text('help.file.bundles', { count: limits.bundle_days })}</li>
                <li>{text('help.file.page')}</li>
              </ul>
            </section>
            <Shortcuts />
            <section>
              <h2>{text('help.limits')}</h2>
              <dl className={`${css['limits']} card`}>
                {SHOWN.map(([name, shape]) => (
                  <div key={name}>
                    <dt>{text(`help.limit.${name.replaceAll('_', '-')}`)}</dt>
                    <dd>{written(limits[name], shape)}</dd>
                  </div>
                ))}
              </dl>
            </section>
          </>
        )}
        <p className="small">
          <a href="/docs" className="link">
            {text('help.api')}
          </a>
        </p>
      </div>
    </Page>
  )
}
