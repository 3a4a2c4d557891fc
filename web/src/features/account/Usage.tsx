import { useQuery } from '@tanstack/react-query'
import { atMost, bytes, number } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { Bone } from '../../kit/Bone'
import { Unread } from '../../kit/ErrorState'
import { Progress } from '../../kit/Progress'
import css from './account.module.css'
import { usageQuery } from './queries'
import { Section } from './Section'

/** How much of what is limited one uses. */
export function Usage() {
  const text = useText()
  const query = useQuery(usageQuery)
  const usage = query.data
  return (
    <Section title={text('account.usage')}>
      <Unread of={query} />
      {query.isPending && <Bone height={90} />}
      {usage && (
        <div className={css['usage']} data-testid="usage">
          <Used
            label={text('account.usage.files')}
            said={text('account.usage-of', { used: bytes(usage.stored_bytes), limit: atMost(usage.stored_bytes_limit) })}
            used={usage.stored_bytes}
            limit={usage.stored_bytes_limit}
          />
          <Used
            label={text('account.usage.projects')}
            said={text('account.usage-of', { used: number(usage.projects), limit: number(usage.projects_limit) })}
            used={usage.projects}
            limit={usage.projects_limit}
          />
          <p className="small">{text('account.usage-why')}</p>
        </div>
      )}
    </Section>
  )
}

function Used({ label, said, used, limit }: { label: string; said: string; used: number; limit: number }) {
  return (
    <div>
      <p>
        <b>{label}</b> <span className="small">{said}</span>
      </p>
      <Progress done={used} total={limit} label={label} />
    </div>
  )
}
