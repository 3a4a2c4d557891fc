import { Link } from '@tanstack/react-router'
import { type CSSProperties, memo } from 'react'
import { keys } from '../../api/keys'
import { useRenew } from '../../api/links'
import { useText } from '../../i18n/useText'
import { tileShape } from '../../kit/clipShape'
import { groupColor } from '../../kit/groupColor'
import { bare } from '../../kit/Strip'
import css from './mix.module.css'
import type { Clip, Group } from './queries'

interface ShelfProps {
  project: string
  clips: readonly Clip[]
  groups: readonly Group[]
  lit: string | null
  onLight: (clip: string | null) => void
}

/** What the videos are made of: clips by group, in the groups' colours. */
export const Shelf = memo(function Shelf({ project, clips, groups, lit, onLight }: ShelfProps) {
  const text = useText()
  const onStale = useRenew(keys.clips(project))
  const ready = clips.filter(({ state }) => state === 'ready')
  const byId = new Map(ready.map((clip) => [clip.id, clip]))
  const grouped = new Set(groups.flatMap(({ clip_ids }) => clip_ids))
  const loose = ready.filter(({ id }) => !grouped.has(id))
  return (
    <section className={css['shelf']} aria-labelledby="shelf" style={{ '--shape': tileShape(ready) } as CSSProperties}>
      <header className={css['head']}>
        <h2 id="shelf" className={css['grow']}>
          {text('mix.clips')}
        </h2>
        <Link to="/projects/$projectId" params={{ projectId: project }} className="link small">
          {text('mix.edit-clips')}
        </Link>
      </header>
      {groups.map((group) => (
        <Tray
          key={group.id}
          name={group.name}
          color={groupColor(group)}
          clips={group.clip_ids.flatMap((id) => byId.get(id) ?? [])}
          lit={lit}
          onLight={onLight}
          onStale={onStale}
        />
      ))}
      {loose.length > 0 && (
        <Tray name={text(groups.length > 0 ? 'mix.no-group' : 'mix.all-clips')} color="var(--line2)" clips={loose} lit={lit} onLight={onLight} onStale={onStale} />
      )}
    </section>
  )
})

interface TrayProps {
  name: string
  color: string
  clips: readonly Clip[]
  lit: string | null
  onLight: (clip: string | null) => void
  /** The link to a picture has ended. */
  onStale: () => void
}

function Tray({ name, color, clips, lit, onLight, onStale }: TrayProps) {
  const text = useText()
  return (
    <div className={`${css['tray']} card`} style={{ borderTopColor: color }}>
      <h3>
        <span className="cut">{name}</span>
        <span className="tiny">{text('mix.count-clips', { count: clips.length })}</span>
      </h3>
      <ul>
        {clips.map((clip) => (
          <li
            key={clip.id}
            data-lit={lit === clip.id || undefined}
            onPointerEnter={() => onLight(clip.id)}
            onPointerLeave={() => onLight(null)}
          >
            {clip.poster_url && <img src={clip.poster_url} alt="" loading="lazy" decoding="async" onError={onStale} />}
            <span className={`${css['clip']} cut`}>{bare(clip.name)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
