import css from './Pictures.module.css'

const PLACES = [0, 1, 2, 3] as const

/** What something is known by: its first pictures side by side. Places are kept for those that are to come. */
export function Pictures({ urls, className }: { urls: readonly string[]; className?: string | undefined }) {
  return (
    <span className={`${css['pictures']} ${className ?? ''}`} aria-hidden>
      {PLACES.map((place) => (
        <span key={place} className={css['place']}>
          {urls[place] !== undefined && <img src={urls[place]} alt="" loading="lazy" decoding="async" draggable={false} />}
        </span>
      ))}
    </span>
  )
}
