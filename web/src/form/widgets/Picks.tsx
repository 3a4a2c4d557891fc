import { useText } from '../../i18n/useText'
import choice from '../choices.module.css'
import css from '../form.module.css'
import { Frame } from '../Frame'
import { type Named, useLibrary } from '../library'
import type { WidgetProps } from './types'

/** One of the project's clips, groups or assets, by name. */
function Pick({ field, value, faults, onChange, from, ...rest }: WidgetProps & { from: readonly Named[] }) {
  const text = useText()
  return (
    <Frame field={field} fault={faults['']} {...rest}>
      {({ id, describedBy, invalid }) => (
        <select
          id={id}
          className={css['input']}
          value={typeof value === 'string' ? value : ''}
          aria-describedby={describedBy || undefined}
          aria-invalid={invalid || undefined}
          onChange={(event) => onChange(event.currentTarget.value || null)}
        >
          <option value="">{text('form.none')}</option>
          {from.map(({ id: each, name }) => (
            <option key={each} value={each}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Frame>
  )
}

export function ClipPick(props: WidgetProps) {
  return <Pick {...props} from={useLibrary().clips} />
}

export function GroupPick(props: WidgetProps) {
  return <Pick {...props} from={useLibrary().groups} />
}

export function AssetPick(props: WidgetProps) {
  const { assets } = useLibrary()
  return <Pick {...props} from={assets.filter(({ kind }) => props.field.asset === null || kind === props.field.asset)} />
}

/** Sets of clips; a clip is in one of them at most. */
export function ClipSets({ field, value, faults, onChange, ...rest }: WidgetProps) {
  const text = useText()
  const { clips } = useLibrary()
  const sets = (Array.isArray(value) ? value : []) as string[][]
  const toggle = (at: number, clip: string): void => {
    const next = sets.map((set, n) => (n === at && !set.includes(clip) ? [...set, clip] : set.filter((each) => each !== clip)))
    onChange(next)
  }
  return (
    <Frame field={field} fault={Object.values(faults)[0]} {...rest} group>
      {() => (
        <div className="col">
          {sets.map((set, n) => (
            // oxlint-disable-next-line react/no-array-index-key -- a set has nothing but its place
            <fieldset key={n} className={css['set']}>
              <legend className="tiny">{text('form.set', { n: n + 1 })}</legend>
              <div className={choice['chips']}>
                {clips.map((clip) => (
                  <label key={clip.id} className={choice['chip']}>
                    <input type="checkbox" checked={set.includes(clip.id)} onChange={() => toggle(n, clip.id)} />
                    <span>{clip.name}</span>
                  </label>
                ))}
              </div>
              <button type="button" className={css['quiet']} onClick={() => onChange(sets.filter((_set, at) => at !== n))}>
                {text('form.remove-set')}
              </button>
            </fieldset>
          ))}
          <button type="button" className={css['quiet']} onClick={() => onChange([...sets, []])}>
            {text('form.add-set')}
          </button>
        </div>
      )}
    </Frame>
  )
}
