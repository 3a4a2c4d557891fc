import { type FormEvent, useState } from 'react'
import { ApiError, type Faults } from '../api/errors'
import { explain, say } from '../api/sentences'

export interface Submit {
  busy: boolean
  /** What is wrong with a field of this name, as a sentence. */
  fault: (name: string) => string | undefined
  /** What is wrong and belongs to no field. */
  problem: string | null
  error: unknown
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
}

/** A form whose values are sent at once; faults come back beside their fields. `places` names the field of a code. */
export function useSubmit(
  send: (values: Record<string, string>) => Promise<void>,
  places: Record<string, string> = {},
): Submit {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const faults: Faults = error instanceof ApiError ? error.faults : {}
  const placed = error instanceof ApiError ? places[error.code] : undefined
  return {
    busy,
    error,
    fault(name) {
      if (placed === name) return explain(error)
      const fault = faults[name]
      return fault && say(fault)
    },
    problem: error !== null && placed === undefined && Object.keys(faults).length === 0 ? explain(error) : null,
    onSubmit(event) {
      event.preventDefault()
      if (busy) return
      const form = event.currentTarget
      const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]))
      setBusy(true)
      setError(null)
      send(values)
        .catch((reason: unknown) => {
          setError(reason)
          requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
        })
        .finally(() => setBusy(false))
    },
  }
}
