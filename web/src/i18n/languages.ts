/** Languages: which there are, which one is spoken, and its catalogue. */
import { i18n, type Messages } from '@lingui/core'

export const LANGUAGES = { en: 'English', id: 'Bahasa Indonesia', zh: '中文' } as const
export type Language = keyof typeof LANGUAGES

const KEPT = 'medley.language'
const catalogues: Record<Language, () => Promise<{ messages: Messages }>> = {
  en: () => import('./en'),
  id: () => import('./id'),
  zh: () => import('./zh'),
}

/** The language of this browser: the one chosen before, else the first of its own that there is. */
export function wanted(): Language {
  const asked = [localStorage.getItem(KEPT), ...navigator.languages.map((tag) => tag.slice(0, 2))]
  return asked.find(isLanguage) ?? 'en'
}

/** Speak a language from now on, in this browser. */
export async function speak(language: Language): Promise<void> {
  const { messages } = await catalogues[language]()
  i18n.loadAndActivate({ locale: language, messages })
  document.documentElement.lang = language
  localStorage.setItem(KEPT, language)
}

export function isLanguage(tag: unknown): tag is Language {
  return typeof tag === 'string' && tag in LANGUAGES
}
