import { useText } from '../../i18n/useText'
import css from './help.module.css'

// Keys with a word on them are in the catalogue, as is what they do.
const PLACES = [
  ['clip', [['look', '← →'], ['move', '1 … 9'], ['out', '0'], ['play', 'enter'], ['select', 'space'], ['all', 'A'], ['delete', 'delete']]],
  ['video', [['go', '← → ↑ ↓'], ['play', 'enter'], ['select', 'space'], ['range', 'shift ←'], ['all', 'ctrl A'], ['next', 'N P'], ['close', 'esc']]],
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
                    <kbd key={each}>{/^[a-z]/.test(each) ? text(`help.cap.${each}`) : each}</kbd>
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
