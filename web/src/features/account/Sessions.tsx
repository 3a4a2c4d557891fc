import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'
import { explain } from '../../api/sentences'
import { ago } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { Bone } from '../../kit/Bone'
import { ErrorState } from '../../kit/ErrorState'
import { toast } from '../../kit/toasts'
import css from './account.module.css'
import { sessionsQuery } from './queries'
import { Section } from './Section'

/** Where one is signed in: one place or all others can be ended. */
export function Sessions() {
  const text = useText()
  const client = useQueryClient()
  const query = useQuery(sessionsQuery)
  const after = {
    onSuccess: () => client.invalidateQueries({ queryKey: keys.sessions }),
    onError: (error: Error) => toast({ text: explain(error), bad: true }),
  }
  const end = useMutation({
    mutationFn: (id: string) =>
      must(api.DELETE('/v1/sessions/{session_id}', { params: { path: { session_id: id } } })),
    ...after,
  })
  const endOthers = useMutation({ mutationFn: () => must(api.POST('/v1/sessions/end-others')), ...after })
  const sessions = query.data?.items ?? []
  return (
    <Section title={text('account.sessions')}>
      {query.error && <ErrorState error={query.error} again={() => void query.refetch()} />}
      {query.isPending && <Bone height={64} />}
      <ul className={css['list']}>
        {sessions.map((one) => (
          <li key={one.id}>
            <div className="grow">
              <b className="break">{[one.device.name, one.device.platform].filter(Boolean).join(', ')}</b>
              <div className="tiny break">
                {[one.place.network, one.place.country].filter(Boolean).join(', ')}
                {' \u00b7 '}
                {text('account.last-seen', { when: ago(one.last_seen_at) })}
              </div>
            </div>
            {one.current ? (
              <span className={css['badge']}>{text('account.this-one')}</span>
            ) : (
              <Button variant="default" size="sm" loading={end.isPending} onClick={() => end.mutate(one.id)}>
                {text('account.end')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <Button
          variant="default"
          loading={endOthers.isPending}
          onClick={() =>
            endOthers.mutate(undefined, { onSuccess: () => toast({ text: text('account.ended-others') }) })
          }
        >
          {text('account.end-others')}
        </Button>
      )}
    </Section>
  )
}
