import type { QueryKey } from '@tanstack/react-query'
import { useRenew } from '../api/links'
import css from './Pictures.module.css'

const PLACES = [0, 1, 2, 3] as const

interface PicturesProps {
  urls: readonly string[]
  /** What they were answered under: asked for again where their links have ended. */
  from: QueryKey
  className?: string | undefined
}

/** What something is known by: its first pictures side by side. Places are kept for those that are to come. */
export function Pictures({ urls, from, className }: PicturesProps) {
  const stale = useRenew(from)
  return (
    <span className={`${css['pictures']} ${className ?? ''}`} aria-hidden>
      {PLACES.map((place) => (
        <span key={place} className={css['place']}>
          {urls[place] !== undefined && <img src={urls[place]} alt="" loading="lazy" decoding="async" draggable={false} onError={stale} />}
        </span>
      ))}
    </span>
  )
}
