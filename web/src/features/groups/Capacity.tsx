import { keepPreviousData, useIsMutating, useQuery } from '@tanstack/react-query'
import { ApiError } from '../../api/errors'
import { keys } from '../../api/keys'
import type { Clip, Group } from '../../api/library'
import { explain } from '../../api/sentences'
import { count, number } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import css from './board.module.css'
import { readyCounts, sumOf } from './capacity'
import { capacityQuery } from './queries'

/** How many different videos the groups give, and how that comes about. Without groups the number is of every order of
 * all clips, which tells nobody anything: nothing is said before clips are in one. */
export function Capacity({ project, groups, clips }: { project: string; groups: readonly Group[]; clips: readonly Clip[] }) {
  const text = useText()
  const ready = clips.filter(({ state }) => state === 'ready').length
  const grouped = groups.some(({ clip_ids: ids }) => ids.length > 0)
  const counts = readyCounts(groups, clips)
  const standing = `${ready}/${groups.map((group, index) => `${group.id}:${counts[index]}`).join()}`
  const bare = groups[counts.indexOf(0)] // there is no video without a clip of it
  const changing = useIsMutating({ mutationKey: keys.changing(project) }) > 0 // the API does not have yet what is seen here
  const query = useQuery({
    ...capacityQuery(project, standing),
    enabled: ready > 0 && grouped && bare === undefined && !changing,
    placeholderData: keepPreviousData,
  })
  if (ready === 0 || !grouped) return <p className={css['capacity']} aria-live="polite" />
  if (bare)
    return (
      <p className={css['capacity']} aria-live="polite">
        <span className="small">{text('groups.bare', { name: bare.name })}</span>
      </p>
    )
  const { data, error } = query
  return (
    <p className={css['capacity']} aria-live="polite" data-dim={query.isPlaceholderData || undefined}>
      {error ? (
        <span className="small">{error instanceof ApiError && error.status < 500 ? explain(error) : text('groups.no-number')}</span>
      ) : (
        data?.capacity && <Number sum={sumOf(counts, data.capacity)} />
      )}
    </p>
  )
}

function Number({ sum: { factors, total } }: { sum: ReturnType<typeof sumOf> }) {
  const text = useText()
  const said = count(total)
  return (
    <>
      {factors.length > 0 && <span className={css['factors']}>{`${factors.map(number).join(' × ')} =`}</span>}
      <b>{said ?? text('groups.countless')}</b>
      <span className="small">{text('groups.videos', { count: said === '1' ? 1 : 2 })}</span>
    </>
  )
}
