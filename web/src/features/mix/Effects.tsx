import { say } from '../../api/sentences'
import { useText } from '../../i18n/useText'
import { number } from '../../i18n/format'
import css from './mix.module.css'
import type { Quote } from './queries'

/** What each option in use does to the number of videos and to the work, and what should be known before ordering. */
export function Effects({ quote }: { quote: Quote }) {
  const text = useText()
  if (quote.effects.length === 0 && quote.notes.length === 0) return null
  return (
    <section className={`${css['effects']} card`} aria-labelledby="effects">
      <h2 id="effects">{text('mix.effects')}</h2>
      {quote.effects.length > 0 && (
        <ul>
          {quote.effects.map((effect) => (
            <li key={effect.option}>
              <b className={css['factor']} data-less={Number(effect.capacity_factor) < 1 || undefined}>
                {factor(effect.capacity_factor)}
              </b>
              <span>{say(effect)}</span>
            </li>
          ))}
        </ul>
      )}
      {quote.notes.map((note) => (
        <p key={note.code + note.message} className="small">
          {say(note)}
        </p>
      ))}
    </section>
  )
}

/** `×27`; numbers too long to read as `×10¹²`. */
export function factor(digits: string): string {
  const value = Number(digits)
  if (!Number.isFinite(value) || value >= 1e7) return `×10${raised(Math.floor(Math.log10(Number.isFinite(value) ? value : Number.MAX_VALUE)))}`
  return `×${number(value >= 10 ? Math.round(value) : Math.round(value * 100) / 100)}`
}

function raised(power: number): string {
  return [...String(power)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')
}
