import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { day } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { failed } from '../../kit/failed'
import { toast } from '../../kit/toasts'
import { renewLinks } from '../outputs/index'
import css from './generation.module.css'
import { choicesOf } from './kept'
import { keepFor, retentionKey, retentionQuery } from './queries'


/** Until when the videos are kept, and for how long they shall be. */
export function Retention({ generation, made }: { generation: string; made: number }) {
  const text = useText()
  const client = useQueryClient()
  const { data } = useQuery({ ...retentionQuery(generation, made), enabled: made > 0 })
  const keep = useMutation({
    mutationFn: (days: number) => keepFor(generation, days),
    onSuccess: () => {
      toast({ text: text('generations.kept-now') })
      void client.invalidateQueries({ queryKey: retentionKey(generation) })
      renewLinks(client, generation, 0)
    },
    onError: failed,
  })
  if (!data?.days || !data.last_expires_at) return null
  return (
    <section className={`${css['side']} card`} aria-labelledby="kept">
      <h2 id="kept">{text('generations.kept-until', { day: day(data.last_expires_at) })}</h2>
      <label className={css['keep']}>
        <span>{text('generations.keep-for')}</span>
        <select value={data.days} disabled={keep.isPending} onChange={(event) => keep.mutate(Number(event.currentTarget.value))}>
          {choicesOf(data.days, data.days_max).map((days) => (
            <option key={days} value={days}>
              {text('generations.days', { count: days })}
            </option>
          ))}
        </select>
      </label>
      {data.outputs_deleted > 0 && <small>{text('generations.deleted', { count: data.outputs_deleted })}</small>}
    </section>
  )
}
