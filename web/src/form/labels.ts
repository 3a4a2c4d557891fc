/** Labels: words of a form in the language that is spoken; their English comes with the schema. */
import { i18n } from '@lingui/core'
import { useLingui } from '@lingui/react'
import { createContext, useContext } from 'react'
import type { Field, Option, Section } from './resolve'

export interface Words {
  title: (field: Field) => string
  description: (field: Field) => string
  option: (field: Field, option: Option) => string
  section: (section: Section) => string
  sentence: (section: Section) => string
}

/** The words of an app's form. */
export function words(app: string): Words {
  const word = (key: string, english: string): string => {
    const id = `asked.${app}.${key}`
    return i18n.locale !== 'en' && id in i18n.messages ? i18n._(id) : english
  }
  return {
    title: (field) => word(field.key, field.title),
    description: (field) => word(`${field.key}.description`, field.description),
    option: (field, option) => word(`${field.key}=${option.value}`, option.title),
    section: ({ id, title }) => word(`section.${id}`, title),
    sentence: ({ id, sentence }) => word(`section.${id}.sentence`, sentence),
  }
}

export const AppOfForm = createContext('')

export function useWords(): Words {
  useLingui() // drawn anew in another language
  return words(useContext(AppOfForm))
}
