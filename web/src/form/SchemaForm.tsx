import IconChevron from '@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs'
import { memo, type ReactNode, useId, useState } from 'react'
import { useText } from '../i18n/useText'
import basicCss from './basic.module.css'
import { type Placed, within } from './faults'
import { Fields } from './Fields'
import { NotesOfForm } from './Frame'
import fold from './fold.module.css'
import css from './form.module.css'
import { AppOfForm, useWords } from './labels'
import { type Library, LibraryOfForm, nameIn } from './library'
import type { Form, Section } from './resolve'
import { summary } from './summary'
import { isChanged, isShown, type Values } from './values'

export interface SchemaFormProps {
  app: string
  form: Form
  values: Values
  /** What fields are without a choice, where that depends on others. */
  initials?: Values
  faults: Placed
  /** What there is to say about fields, by their names. */
  notes?: Readonly<Record<string, ReactNode>>
  library: Library
  onChange: (values: Values) => void
}

const NONE = {}

/** The form of an app: what everyone chooses first, then sections whose headings say what is chosen in them. */
export const SchemaForm = memo(function SchemaForm({ app, library, notes = NONE, ...rest }: SchemaFormProps) {
  return (
    <AppOfForm value={app}>
      <LibraryOfForm value={library}>
        <NotesOfForm value={notes}>
          <Sections {...rest} library={library} />
        </NotesOfForm>
      </LibraryOfForm>
    </AppOfForm>
  )
})

function Sections({ form, values, initials = {}, faults, library, onChange }: Omit<SchemaFormProps, 'app' | 'notes'>) {
  const text = useText()
  const words = useWords()
  const basic = form.sections.flatMap(({ id }) => form.fields.filter((field) => field.section === id && field.level === 'basic'))
  const told = { fields: form.fields, values, initials, words, text, name: nameIn(library) }
  return (
    <div className={css['form']}>
      <div className={basicCss['basic']} data-basic>
        <Fields which={basic} fields={form.fields} values={values} initials={initials} faults={faults} onChange={onChange} />
      </div>
      {form.sections.map((section) => {
        const rest = form.fields.filter((field) => field.section === section.id && field.level !== 'basic')
        if (!rest.some((field) => isShown(field, form.fields, values, initials))) return null
        const wrong = rest.some((field) => Object.keys(within(faults, field.name)).length > 0)
        const changed = rest.filter((field) => isChanged(field, values, initials)).length
        return (
          <Fold key={section.id} section={section} says={summary(rest, told)} changed={changed} wrong={wrong}>
            <Fields which={rest} fields={form.fields} values={values} initials={initials} faults={faults} onChange={onChange} />
          </Fold>
        )
      })}
    </div>
  )
}

interface FoldProps {
  section: Section
  says: string
  changed: number
  wrong: boolean
  children: ReactNode
}

/** A section that is opened by its heading. A fault in it opens it. */
function Fold({ section, says, changed, wrong, children }: FoldProps) {
  const text = useText()
  const words = useWords()
  const id = useId()
  const [open, setOpen] = useState(section.title === '')
  const [hadFault, setHadFault] = useState(false)
  if (wrong !== hadFault) {
    setHadFault(wrong)
    if (wrong) setOpen(true)
  }
  return (
    <section className={fold['fold']}>
      <h3>
        <button type="button" aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          <span className={css['grow']}>
            <b>{words.section(section) || text('form.rest')}</b>
            {changed > 0 && <i className={css['dot']} role="img" aria-label={text('form.changed', { count: changed })} />}
            <small className={fold['says']}>{says || words.sentence(section)}</small>
          </span>
          <IconChevron size={18} aria-hidden className={fold['chevron']} />
        </button>
      </h3>
      <div id={id} className={fold['inside']} hidden={!open}>
        {open && children}
      </div>
    </section>
  )
}

