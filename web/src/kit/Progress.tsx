import css from './states.module.css'

/** How much of something is done; `label` says of what. */
export function Progress({ done, total, label }: { done: number; total: number; label: string }) {
  const percent = total > 0 ? Math.min(100, (100 * done) / total) : 0
  return (
    <div
      className={css['bar']}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.floor(percent)}
    >
      {percent > 0 && <i style={{ width: `${percent}%` }} />}
    </div>
  )
}
