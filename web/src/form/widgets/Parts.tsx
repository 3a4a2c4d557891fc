import { useId } from 'react'
import { useText } from '../../i18n/useText'
import { within } from '../faults'
import { Fields } from '../Fields'
import choice from '../choices.module.css'
import css from '../form.module.css'
import { Frame } from '../Frame'
import { useWords } from '../labels'
import { useLibrary } from '../library'
import type { Field } from '../resolve'
import { valueOf, type Values, without } from '../values'
import type { WidgetProps } from './types'

/** Fields of its own; where it may be none, a switch makes it be, with the first asset that fits. */
export function Part({ field, value, faults, onChange, ...rest }: WidgetProps) {
  const text = useText()
  const words = useWords()
  const { assets } = useLibrary()
  const label = useId()
  const needs = field.fields.find(({ widget, nullable, initial }) => widget === 'asset' && !nullable && initial === null)
  const fitting = needs && assets.filter(({ kind }) => kind === needs.asset)
  const given = value !== null && value !== undefined
  const values = (given ? value : {}) as Values
  if (!field.nullable)
    return (
      <Frame field={field} fault={faults['']} {...rest} group>
        {() => <Fields which={field.fields} fields={field.fields} values={values} initials={(field.initial ?? {}) as Values} faults={faults} onChange={onChange} whole />}
      </Frame>
    )
  const none = fitting?.length === 0
  return (
    <div className={css['part']} data-field={field.name} data-widget="part">
      <div className={css['onoff']}>
        <span className={css['grow']}>
          <label id={label} htmlFor={`${label}-on`} className={css['title']}>
            {words.title(field)}
          </label>
          {none && !given && <small>{text(`form.no-asset.${needs?.asset ?? 'audio'}`)}</small>}
        </span>
        <input
          id={`${label}-on`}
          type="checkbox"
          role="switch"
          className={choice['switch']}
          checked={given}
          aria-checked={given}
          disabled={none && !given}
          onChange={(event) => onChange(event.currentTarget.checked ? begun(field, fitting?.[0]?.id) : null)}
        />
      </div>
      {faults[''] && <p className={css['fault']}>{faults['']}</p>}
      {given && (
        <div className={css['inner']}>
          <Fields which={field.fields} fields={field.fields} values={values} faults={faults} onChange={onChange} />
        </div>
      )}
    </div>
  )
}

function begun(field: Field, asset: string | undefined): Values {
  const named = field.fields.find(({ widget }) => widget === 'asset')
  return named && asset ? { [named.name]: asset } : {}
}

/** A row for each group, a column for each field; only what differs is kept. */
export function GroupTable({ field, value, faults, onChange, ...rest }: WidgetProps) {
  const text = useText()
  const words = useWords()
  const { groups } = useLibrary()
  const rows = (Array.isArray(value) ? value : []) as Values[]
  const columns = field.fields.filter(({ widget, name }) => widget !== 'group' && name !== 'name')
  const change = (group: string, column: Field, next: unknown): void => {
    const old = rows.find((row) => row['id'] === group) ?? { id: group }
    const row = next === column.initial || next === null ? without(old, column.name) : { ...old, [column.name]: next }
    const others = rows.filter((each) => each['id'] !== group)
    onChange(Object.keys(row).length > 1 ? [...others, row] : others)
  }
  const faultOf = (group: string, column: Field): string | undefined => {
    const at = rows.findIndex((row) => row['id'] === group)
    const own = within(faults, String(at))
    return own[column.name] ?? (column === columns[0] ? own[''] : undefined)
  }
  return (
    <Frame field={field} fault={faults['']} {...rest} group>
      {() => (
        <div className={css['groups']}>
          {groups.length === 0 && <small>{text('form.no-groups')}</small>}
          {groups.map((group) => (
            <fieldset key={group.id} style={{ borderTopColor: group.color }}>
              <legend>
                {group.name} <small>{text('form.clips', { count: group.count ?? 0 })}</small>
              </legend>
              {columns.map((column) => (
                <Cell
                  key={column.name}
                  column={column}
                  label={words.title(column)}
                  value={valueOf(column, rows.find((row) => row['id'] === group.id) ?? {})}
                  fault={faultOf(group.id, column)}
                  onChange={(next) => change(group.id, column, next)}
                />
              ))}
            </fieldset>
          ))}
        </div>
      )}
    </Frame>
  )
}

interface CellProps {
  column: Field
  label: string
  value: unknown
  fault: string | undefined
  onChange: (value: unknown) => void
}

function Cell({ column, label, value, fault, onChange }: CellProps) {
  const number = column.kind === 'integer' || column.kind === 'number'
  return (
    <label className={css['cell']} data-wide={!number || undefined}>
      <span>{label}</span>
      <input
        className={css['input']}
        type={number ? 'number' : 'text'}
        min={column.min ?? undefined}
        max={column.max ?? undefined}
        maxLength={column.length ?? undefined}
        value={String(value ?? '')}
        aria-invalid={fault !== undefined || undefined}
        onChange={({ currentTarget: { value: next } }) => onChange(number ? (next === '' ? null : Number(next)) : next)}
      />
      {fault && <span className={css['fault']}>{fault}</span>}
    </label>
  )
}
