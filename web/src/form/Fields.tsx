import { useState } from 'react'
import { useText } from '../i18n/useText'
import { type Placed, within } from './faults'
import css from './form.module.css'
import type { Field } from './resolve'
import { isChanged, isShown, valueOf, type Values, without } from './values'
import { widgetOf } from './widgets/registry'

interface FieldsProps {
  /** Those to draw, of all that stand beside each other. */
  which: readonly Field[]
  fields: readonly Field[]
  values: Values
  initials?: Values
  faults: Placed
  onChange: (values: Values) => void
  /** Experts' fields are drawn like others, not behind a button. */
  whole?: boolean
}

/** Fields that have an effect; experts' ones once they are asked for, changed or wrong. */
export function Fields({ which, fields, values, initials = {}, faults, onChange, whole = false }: FieldsProps) {
  const text = useText()
  const [all, setAll] = useState(false)
  const shown = which.filter((field) => isShown(field, fields, values, initials))
  const early = shown.filter((field) => whole || all || field.level !== 'expert' || isNews(field))
  const later = shown.length - early.length
  function isNews(field: Field): boolean {
    return isChanged(field, values, initials) || Object.keys(within(faults, field.name)).length > 0
  }
  return (
    <>
      {early.map((field) => {
        const Widget = widgetOf(field.widget)
        return (
          <Widget
            key={field.name}
            field={field}
            value={valueOf(field, values, initials)}
            changed={isChanged(field, values, initials)}
            faults={within(faults, field.name)}
            onChange={(value) => onChange({ ...values, [field.name]: value })}
            onReset={() => onChange(without(values, field.name))}
          />
        )
      })}
      {later > 0 && (
        <button type="button" className={css['quiet']} onClick={() => setAll(true)}>
          {text('form.experts', { count: later })}
        </button>
      )}
    </>
  )
}
