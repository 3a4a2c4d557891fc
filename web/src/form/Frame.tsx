import IconReset from '@tabler/icons-react/dist/esm/icons/IconArrowBackUp.mjs'
import { createContext, type ReactNode, useContext, useId } from 'react'
import { useText } from '../i18n/useText'
import css from './form.module.css'
import { useWords } from './labels'
import type { Field } from './resolve'

/** What there is to say about fields beside their faults, by their names. */
export const NotesOfForm = createContext<Readonly<Record<string, ReactNode>>>({})

interface FrameProps {
  field: Field
  changed: boolean
  fault: string | undefined
  onReset: () => void
  /** What it says beside the title: the value in words. */
  aside?: ReactNode
  /** One control is labelled by the title; of several, the frame is their group. */
  group?: boolean
  children: (ids: { id: string; label: string; describedBy: string; invalid: boolean }) => ReactNode
}

/** A field's title, whether it was changed and the way back, its control, and what is wrong with it. */
export function Frame({ field, changed, fault, onReset, aside, group = false, children }: FrameProps) {
  const text = useText()
  const words = useWords()
  const id = useId()
  const [label, hint, wrong, beside] = [`${id}-label`, `${id}-hint`, `${id}-fault`, `${id}-note`]
  const note = useContext(NotesOfForm)[field.name]
  const title = words.title(field)
  const description = field.level === 'basic' ? '' : words.description(field)
  const invalid = fault !== undefined
  const describedBy = [description && hint, note && beside, invalid && wrong].filter(Boolean).join(' ')
  return (
    <div
      className={css['field']}
      data-field={field.name}
      data-widget={field.widget}
      data-invalid={invalid || undefined}
      {...(group && { role: 'group', 'aria-labelledby': label, ...(describedBy && { 'aria-describedby': describedBy }) })}
    >
      <div className={css['head']}>
        {group ? (
          <span id={label} className={css['title']}>
            {title}
          </span>
        ) : (
          <label id={label} htmlFor={id} className={css['title']}>
            {title}
          </label>
        )}
        {changed && (
          <button type="button" className={css['reset']} onClick={onReset} aria-label={text('form.reset', { title })}>
            <i aria-hidden />
            <IconReset size={14} aria-hidden />
          </button>
        )}
        {aside && (
          <span className={css['aside']} data-aside>
            {aside}
          </span>
        )}
      </div>
      {children({ id, label, describedBy, invalid })}
      {description && (
        <p id={hint} className={css['hint']}>
          {description}
        </p>
      )}
      {note && (
        <p id={beside} className={css['hint']} role="status">
          {note}
        </p>
      )}
      {invalid && (
        <p id={wrong} className={css['fault']}>
          {fault}
        </p>
      )}
    </div>
  )
}
