/** Progress of an order as a person reads it. */
import type { Generation } from './queries'

export interface Standing {
  done: number
  total: number
  running: boolean
  made: number
  failed: number
  /** Neither made nor failed: cancelled, once it has ended. */
  left: number
  /** Credits that come back if it is stopped now, or that came back. */
  back: number
  /** Seconds until the end, at the earliest and at the latest. */
  eta: { from: number; to: number } | null
}

export function standing(generation: Generation, now = Date.now()): Standing {
  const { state, work_done, work_total, outputs_made, outputs_failed, outputs_total, price, charged, eta } = generation
  const running = state === 'running'
  const from = eta ? (Date.parse(eta.earliest) - now) / 1000 : 0
  const to = eta ? (Date.parse(eta.latest) - now) / 1000 : 0
  return {
    done: running ? Math.min(work_done, work_total) : work_total,
    total: work_total,
    running,
    made: outputs_made,
    failed: outputs_failed,
    left: Math.max(0, outputs_total - outputs_made - outputs_failed),
    back: Math.max(0, price - charged),
    eta: running && eta && to > 0 ? { from: Math.max(1, from), to: Math.max(2, to) } : null,
  }
}
