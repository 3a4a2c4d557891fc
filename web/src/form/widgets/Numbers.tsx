import { useEffect, useId, useState } from 'react'
import { useText } from '../../i18n/useText'
import choice from '../choices.module.css'
import css from '../form.module.css'
import { Frame } from '../Frame'
import { fraction, quantity } from '../summary'
import type { WidgetProps } from './types'

const SLIDES = 400 // a slider of more steps than this is too fine for a finger: its first ones are enough
const USUAL_SPEEDS = ['0.5', '0.75', '0.9', '1', '1.1', '1.25', '1.5', '2']

interface EntryProps {
  id: string
  value: unknown
  whole: boolean
  min: number | null
  max: number | null
  empty?: string
  label?: string
  describedBy?: string
  invalid?: boolean
  onChange: (value: number | null) => void
}

/** A number as it is typed: what is half written stays as it is, and is sent once it is one. */
function Entry({ id, value, whole, min, max, empty, label, describedBy, invalid, onChange }: EntryProps) {
  const [typed, setTyped] = useState(() => (typeof value === 'number' ? String(value) : ''))
  useEffect(() => {
    const now = typed === '' ? null : Number(typed)
    if (now !== (value ?? null)) setTyped(typeof value === 'number' ? String(value) : '')
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only a value from outside is taken over
  }, [value])
  return (
    <input
      id={id}
      className={css['input']}
      type="number"
      inputMode={whole ? 'numeric' : 'decimal'}
      step={whole ? 1 : 'any'}
      min={min ?? undefined}
      max={max ?? undefined}
      value={typed}
      placeholder={empty}
      aria-label={label}
      aria-describedby={describedBy || undefined}
      aria-invalid={invalid || undefined}
      onChange={(event) => {
        const { value: next } = event.currentTarget
        setTyped(next)
        const number = Number(next)
        if (next === '') onChange(null)
        else if (Number.isFinite(number)) onChange(whole ? Math.trunc(number) : number)
      }}
    />
  )
}

/** A number, typed; empty where the schema lets it be. */
export function NumberEntry({ field, value, faults, onChange, ...rest }: WidgetProps) {
  const text = useText()
  return (
    <Frame field={field} fault={faults['']} {...rest} aside={typeof value === 'number' && field.unit ? quantity(value, field.unit, text) : undefined}>
      {({ id, describedBy, invalid }) => (
        <Entry
          id={id}
          value={value}
          whole={field.kind === 'integer'}
          min={field.min}
          max={field.max}
          empty={field.nullable ? text('form.automatic') : ''}
          describedBy={describedBy}
          invalid={invalid}
          onChange={(next) => (next === null && !field.nullable ? undefined : onChange(next))}
        />
      )}
    </Frame>
  )
}

/** A number within bounds: slid, or typed. */
export function Slider({ field, value, faults, onChange, ...rest }: WidgetProps) {
  const text = useText()
  const min = field.min ?? 0
  const max = field.max ?? 100
  const end = Math.min(max, min + SLIDES)
  const number = typeof value === 'number' ? value : null
  return (
    <Frame field={field} fault={faults['']} {...rest} aside={number === null ? text('form.automatic') : field.unit ? quantity(number, field.unit, text) : undefined}>
      {({ id, label, describedBy, invalid }) => (
        <div className={css['slider']}>
          <input
            type="range"
            aria-labelledby={label}
            min={min}
            max={end}
            value={Math.min(number ?? min, end)}
            onChange={(event) => onChange(Number(event.currentTarget.value))}
          />
          <Entry
            id={id}
            value={number}
            whole={field.kind === 'integer'}
            min={min}
            max={max}
            describedBy={describedBy}
            invalid={invalid}
            onChange={(next) => (next === null && !field.nullable ? undefined : onChange(next))}
          />
        </div>
      )}
    </Frame>
  )
}

/** A length in seconds, or none: as it comes. */
export function Seconds({ field, value, faults, onChange, ...rest }: WidgetProps) {
  const text = useText()
  const name = useId()
  const given = typeof value === 'number'
  const [open, setOpen] = useState(given)
  const shown = given || open
  return (
    <Frame field={field} fault={faults['']} {...rest} group>
      {({ label, describedBy, invalid }) => (
        <div className={css['seconds']}>
          {field.nullable && (
            <div className={choice['segments']} role="radiogroup" aria-labelledby={label}>
              <label>
                <input
                  type="radio"
                  name={name}
                  checked={!shown}
                  onChange={() => {
                    setOpen(false)
                    onChange(null)
                  }}
                />
                <span>{text('form.as-it-comes')}</span>
              </label>
              <label>
                <input type="radio" name={name} checked={shown} onChange={() => setOpen(true)} />
                <span>{text('form.exactly')}</span>
              </label>
            </div>
          )}
          {(shown || !field.nullable) && (
            <span className={css['unit']}>
              <Entry
                id={`${name}-s`}
                value={value}
                whole={false}
                min={field.min}
                max={field.max}
                label={text('form.seconds')}
                describedBy={describedBy}
                invalid={invalid}
                onChange={onChange}
              />
              <span aria-hidden>{text('form.s')}</span>
            </span>
          )}
        </div>
      )}
    </Frame>
  )
}

/** Several speeds, as chips; each clip plays at one of them. */
export function Speeds({ field, value, faults, onChange, ...rest }: WidgetProps) {
  const text = useText()
  const chosen = (Array.isArray(value) ? value : []).map((each) => fraction(String(each)))
  const all = [...new Set([...USUAL_SPEEDS.map(fraction), ...chosen])].sort((a, b) => a - b)
  const fault = Object.values(faults)[0]
  const toggle = (speed: number): void => {
    const next = all.filter((each) => (each === speed) !== chosen.includes(each))
    if (next.length > 0) onChange(next.map(String))
  }
  return (
    <Frame field={field} fault={fault} {...rest} group>
      {() => (
        <div className={choice['chips']}>
          {all.map((speed) => (
            <label key={speed} className={choice['chip']}>
              <input type="checkbox" checked={chosen.includes(speed)} onChange={() => toggle(speed)} />
              <span>{quantity(speed, 'x', text)}</span>
            </label>
          ))}
        </div>
      )}
    </Frame>
  )
}
