import css from './states.module.css'

/** Keeps the place of what is coming. */
export function Bone({ height = 16, width = '100%' }: { height?: number | string; width?: number | string }) {
  return <div className={css['bone']} style={{ height, width }} aria-hidden />
}
