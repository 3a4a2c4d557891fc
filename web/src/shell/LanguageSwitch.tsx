import { useLingui } from '@lingui/react'
import { LANGUAGES, type Language, speak } from '../i18n/languages'
import { useText } from '../i18n/useText'
import css from './LanguageSwitch.module.css'

/** The languages, each named in itself. `onPick` hears the choice. */
export function LanguageSwitch({ onPick }: { onPick?: (language: Language) => void }) {
  const text = useText()
  const { i18n } = useLingui()
  return (
    <div className={css['switch']} role="group" aria-label={text('shell.language')}>
      {(Object.keys(LANGUAGES) as Language[]).map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          aria-pressed={i18n.locale === language}
          onClick={() => {
            void speak(language)
            onPick?.(language)
          }}
        >
          {LANGUAGES[language]}
        </button>
      ))}
    </div>
  )
}
