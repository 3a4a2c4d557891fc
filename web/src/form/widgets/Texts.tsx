import { useState } from 'react'
import css from '../form.module.css'
import { Frame } from '../Frame'
import type { Field } from '../resolve'
import type { WidgetProps } from './types'

/** A value as text: what a field of any kind can be written as. */
export function written(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What was meant by a text; a text that is no such value yet is sent as it is, and the API says what is wrong. */
export function read(field: Field, text: string): unknown {
  if (field.kind === 'string') return text === '' && field.nullable ? null : text
  if (text.trim() === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** A text of one line; also what draws a field whose widget nobody knows. */
export function TextEntry({ field, value, faults, onChange, ...rest }: WidgetProps) {
  const [typed, setTyped] = useState<string | null>(null)
  return (
    <Frame field={field} fault={Object.values(faults)[0]} {...rest}>
      {({ id, describedBy, invalid }) => (
        <input
          id={id}
          className={css['input']}
          value={typed ?? written(value)}
          maxLength={field.length ?? undefined}
          autoComplete="off"
          aria-describedby={describedBy || undefined}
          aria-invalid={invalid || undefined}
          onBlur={() => setTyped(null)}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            onChange(read(field, event.currentTarget.value))
          }}
        />
      )}
    </Frame>
  )
}

/** A text of several lines. */
export function Lines({ field, value, faults, onChange, ...rest }: WidgetProps) {
  const lines = written(value)
  return (
    <Frame field={field} fault={faults['']} {...rest}>
      {({ id, describedBy, invalid }) => (
        <textarea
          id={id}
          className={css['input']}
          rows={Math.min(4, lines.split('\n').length)}
          value={lines}
          maxLength={field.length ?? undefined}
          aria-describedby={describedBy || undefined}
          aria-invalid={invalid || undefined}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )}
    </Frame>
  )
}
