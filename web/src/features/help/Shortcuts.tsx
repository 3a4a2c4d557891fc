import { useText } from '../../i18n/useText'
import css from './help.module.css'

// Keys as they are written on them; what they do is in the catalogue.
const PLACES = [
  ['clip', [['look', '← →'], ['move', '1 … 9'], ['out', '0'], ['play', 'Enter'], ['select', 'Space'], ['all', 'A'], ['delete', 'Delete']]],
  ['video', [['go', '← → ↑ ↓'], ['play', 'Enter'], ['select', 'Space'], ['range', 'Shift ←'], ['all', 'Ctrl A'], ['next', 'N P'], ['close', 'Esc']]],
] as const

/** What the keyboard does where many things are on a page. */
export function Shortcuts() {
  const text = useText()
  return (
    <section>
      <h2>{text('help.keys')}</h2>
      <div className={css['places']}>
        {PLACES.map(([place, keys]) => (
          <div key={place} className={`${css['keys']} card`}>
            <h3>{text(`help.keys-of.${place}`)}</h3>
            <dl>
            {keys.map(([does, key]) => (
              <div key={does}>
                <dt>{text(`help.key.${does}`)}</dt>
                <dd>
                  {key.split(' ').map((each) => (
                    <kbd key={each}>{each}</kbd>
                  ))}
                </dd>
              </div>
            ))}
            </dl>
          </div>
        ))}
      </div>
    </section>
  )
}
