/** What the API refuses, and what never reached it, as one kind of error with a stable code. */
import type { components } from './schema'

type Detail = components['schemas']['ErrorDetail']

export const OFFLINE = 'offline'
const UNREADABLE = 'unreadable'

/** Faults by field, as the API names fields: `body.email`. */
export type Faults = Record<string, { code: string; message: string; parameters: Record<string, unknown> }>

type Known = Partial<Omit<Detail, 'code'>> & { code: string }

export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly metadata: Record<string, unknown>
  readonly requestId: string | null
  readonly retryAfterS: number | null

  constructor(detail: Known, status: number, retryAfterS: number | null = null) {
    super(detail.message ?? detail.code)
    this.name = 'ApiError'
    this.code = detail.code
    this.status = status
    this.metadata = detail.metadata ?? {}
    this.requestId = detail.request_id ?? null
    this.retryAfterS = retryAfterS
  }

  /** True if another try may well succeed: the network, or our own side. */
  get passes(): boolean {
    return this.status === 0 || this.status >= 500
  }

  /** True if there is nothing at the address that was asked: nothing of whoever asks, or nothing at all. */
  get absent(): boolean {
    const fields = this.metadata['fields']
    return this.status === 404 || (Array.isArray(fields) && fields.some(({ field }) => String(field).startsWith('path.')))
  }

  /** The number to tell us where the fault is ours. */
  get quotable(): string | null {
    return this.status >= 500 ? this.requestId : null
  }

  /** What is wrong with fields, by the last part of their names. */
  get faults(): Faults {
    const fields = this.metadata['fields']
    if (!Array.isArray(fields)) return {}
    return Object.fromEntries(fields.map((fault) => [String(fault.field).split('.').pop() ?? '', fault]))
  }
}

/** Whether what was sent may have arrived all the same: no answer, our fault, or it is being looked at. */
export function isOpen(error: unknown): boolean {
  return error instanceof ApiError && (error.passes || error.code === 'in_progress')
}

/** The error an answer is; `body` is its JSON, if it had one. */
export function refused(response: Response, body: unknown): ApiError {
  const detail = (body as { error?: Detail } | undefined)?.error
  const requestId = response.headers.get('x-request-id')
  const bare: Known = { code: UNREADABLE, ...(requestId && { request_id: requestId }) }
  const known: Known = detail ?? bare
  const told = Number(response.headers.get('retry-after') ?? known.metadata?.['retry_after_s'])
  return new ApiError(known, response.status, Number.isFinite(told) && told > 0 ? told : null)
}

/** The error of a request that got no answer. */
export function unreachable(): ApiError {
  return new ApiError({ code: OFFLINE }, 0)
}
