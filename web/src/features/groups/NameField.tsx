import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { explain } from '../../api/sentences'
import { useText } from '../../i18n/useText'
import css from './board.module.css'

interface NameFieldProps {
  name: string
  save: (name: string) => Promise<void>
  cancel: () => void
}

/** A name being written: Enter or leaving it keeps it, Escape does not. */
export function NameField({ name, save, cancel }: NameFieldProps) {
  const text = useText()
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const keep = (next: string): void => {
    if (busy) return
    if (next.trim() === '' || next.trim() === name) return cancel()
    setBusy(true)
    save(next.trim())
      .catch((error: unknown) => setProblem(explain(error)))
      .finally(() => setBusy(false))
  }
  return (
    <form
      className={css['naming']}
      onSubmit={(event) => {
        event.preventDefault()
        keep(String(new FormData(event.currentTarget).get('name')))
      }}
    >
      <TextInput
        name="name"
        size="sm"
        autoFocus
        autoComplete="off"
        aria-label={text('groups.name')}
        defaultValue={name}
        error={problem}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={(event) => problem === null && keep(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && cancel()}
      />
    </form>
  )
}
