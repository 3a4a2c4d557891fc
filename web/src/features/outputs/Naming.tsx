import { Button, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useText } from '../../i18n/useText'
import { toast } from '../../kit/toasts'
import css from './naming.module.css'
import { FIELDS, type Field, loadNaming, nameBy, saveNaming, valuesOf, wrongWith } from './naming'
import { cutsQuery, type Generation } from './queries'

interface NamingProps {
  generation: Generation
  /** Its project's name. */
  project: string
  onDone: () => void
}

/** How the files of archives are called: words that stand for something of each video, and what comes out of it. */
export function Naming({ generation, project, onDone }: NamingProps) {
  const text = useText()
  const field = useRef<HTMLInputElement>(null)
  const [template, setTemplate] = useState(loadNaming)
  const { data: cuts } = useQuery(cutsQuery(generation.id))
  const [first] = cuts?.values() ?? []
  const wrong = wrongWith(template)
  const insert = (name: Field): void => {
    const at = field.current?.selectionStart ?? template.length
    setTemplate(`${template.slice(0, at)}{${name}}${template.slice(field.current?.selectionEnd ?? at)}`)
    field.current?.focus()
  }
  return (
    <form
      className={css['naming']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (wrong !== null) return
        saveNaming(template.trim())
        toast({ text: text('outputs.naming-kept') })
        onDone()
      }}
    >
      <TextInput
        ref={field}
        label={text('outputs.naming-template')}
        value={template}
        onChange={(event) => setTemplate(event.currentTarget.value)}
        error={wrong && text(`outputs.naming-wrong.${wrong}`)}
        spellCheck={false}
        autoComplete="off"
      />
      <div className={css['words']} role="group" aria-label={text('outputs.naming-words')}>
        {FIELDS.map((name) => (
          <button key={name} type="button" onClick={() => insert(name)}>
            <code>{`{${name}}`}</code> {text(`outputs.naming-word.${name}`)}
          </button>
        ))}
      </div>
      <p className="small" aria-live="polite">
        {first && wrong === null && (
          <>
            {text('outputs.naming-example')} <b className="break" data-testid="example">{nameBy(template, valuesOf(project, generation, first))}</b>
          </>
        )}
      </p>
      <Button type="submit" disabled={wrong !== null}>
        {text('outputs.naming-keep')}
      </Button>
    </form>
  )
}
