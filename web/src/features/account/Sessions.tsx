import { Button } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { api, must } from '../../api/client'
import { keys } from '../../api/keys'
import { signOut } from '../../api/session'
import { ago } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { Bone } from '../../kit/Bone'
import { Unread } from '../../kit/ErrorState'
import { failed } from '../../kit/failed'
import { toast } from '../../kit/toasts'
import css from './account.module.css'
import { sessionsQuery } from './queries'
import { Section } from './Section'

/** Where one is signed in: one place, all others, or all can be ended. */
export function Sessions() {
  const text = useText()
  const client = useQueryClient()
  const query = useQuery(sessionsQuery)
  const after = {
    onSuccess: () => client.invalidateQueries({ queryKey: keys.sessions }),
    onError: failed,
  }
  const end = useMutation({
    mutationFn: (id: string) =>
      must(api.DELETE('/v1/sessions/{session_id}', { params: { path: { session_id: id } } })),
    ...after,
  })
  const endOthers = useMutation({ mutationFn: () => must(api.POST('/v1/sessions/end-others')), ...after })
  const navigate = useNavigate()
  const endAll = useMutation({
    mutationFn: () => must(api.POST('/v1/sessions/end-all')),
    onSuccess: () => signOut().then(() => navigate({ to: '/sign-in' })),
    onError: failed,
  })
  const sessions = query.data?.items ?? []
  return (
    <Section title={text('account.sessions')}>
      <Unread of={query} />
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
        <div className="row wrap">
          <Button
            variant="default"
            loading={endOthers.isPending}
            onClick={() =>
              endOthers.mutate(undefined, { onSuccess: () => toast({ text: text('account.ended-others') }) })
            }
          >
            {text('account.end-others')}
          </Button>
          <Button variant="default" loading={endAll.isPending} onClick={() => endAll.mutate()}>
            {text('account.end-all')}
          </Button>
        </div>
      )}
    </Section>
  )
}
