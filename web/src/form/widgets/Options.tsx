import { useId } from 'react'
import { useText } from '../../i18n/useText'
import choice from '../choices.module.css'
import css from '../form.module.css'
import { Frame } from '../Frame'
import { useWords } from '../labels'
import { isDrawn, Picture } from '../Picture'
import type { Option } from '../resolve'
import type { WidgetProps } from './types'

/** One card of several, each with a picture. */
export function PictureChoice({ field, value, faults, onChange, ...rest }: WidgetProps) {
  const words = useWords()
  const name = useId()
  return (
    <Frame field={field} fault={faults['']} {...rest} group>
      {({ label }) => (
        <div className={choice['cards']} role="radiogroup" aria-labelledby={label} data-many={field.options.length > 5 || undefined}>
          {field.options.map((option) => (
            <label key={String(option.value)} className={choice['card']}>
              <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
              {isDrawn(option.picture) && <Picture name={option.picture} />}
              <span>{words.option(field, option)}</span>
            </label>
          ))}
        </div>
      )}
    </Frame>
  )
}

/** Several cards of several; one at least. */
export function PictureChoices({ field, value, faults, onChange, ...rest }: WidgetProps) {
  const words = useWords()
  const chosen = Array.isArray(value) ? value : []
  const toggle = ({ value: one }: Option): void => {
    const next = field.options.map((option) => option.value).filter((each) => (each === one) !== chosen.includes(each))
    if (next.length > 0) onChange(next)
  }
  return (
    <Frame field={field} fault={faults['']} {...rest} group>
      {() => (
        <div className={choice['cards']} data-many={field.options.length > 5 || undefined}>
          {field.options.map((option) => (
            <label key={String(option.value)} className={choice['card']}>
              <input type="checkbox" checked={chosen.includes(option.value)} onChange={() => toggle(option)} />
              {isDrawn(option.picture) && <Picture name={option.picture} />}
              <span>{words.option(field, option)}</span>
            </label>
          ))}
        </div>
      )}
    </Frame>
  )
}

/** One of a few, side by side. */
export function Segmented({ field, value, faults, onChange, ...rest }: WidgetProps) {
  const words = useWords()
  const name = useId()
  return (
    <Frame field={field} fault={faults['']} {...rest} group>
      {({ label }) => (
        <div className={choice['segments']} role="radiogroup" aria-labelledby={label}>
          {field.options.map((option) => (
            <label key={String(option.value)}>
              <input type="radio" name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
              <span>{words.option(field, option)}</span>
            </label>
          ))}
        </div>
      )}
    </Frame>
  )
}

/** One of a list. */
export function Select({ field, value, faults, onChange, ...rest }: WidgetProps) {
  const text = useText()
  const words = useWords()
  const at = field.options.findIndex((option) => option.value === value)
  return (
    <Frame field={field} fault={faults['']} {...rest}>
      {({ id, describedBy, invalid }) => (
        <select
          id={id}
          className={css['input']}
          value={at}
          aria-describedby={describedBy || undefined}
          aria-invalid={invalid || undefined}
          onChange={(event) => onChange(field.options[Number(event.currentTarget.value)]?.value ?? null)}
        >
          {(field.nullable || at < 0) && <option value={-1}>{text('form.none')}</option>}
          {field.options.map((option, n) => (
            <option key={String(option.value)} value={n}>
              {words.option(field, option)}
            </option>
          ))}
        </select>
      )}
    </Frame>
  )
}

/** On or off. */
export function Switch({ field, value, faults, onChange, ...rest }: WidgetProps) {
  return (
    <Frame
      field={field}
      fault={faults['']}
      {...rest}
    >
      {({ id, describedBy }) => (
        <input
          id={id}
          type="checkbox"
          role="switch"
          className={choice['switch']}
          checked={value === true}
          aria-checked={value === true}
          aria-describedby={describedBy || undefined}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      )}
    </Frame>
  )
}
