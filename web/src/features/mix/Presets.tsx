import { Button, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { keys } from '../../api/keys'
import type { Values } from '../../form/values'
import { useText } from '../../i18n/useText'
import { failed } from '../../kit/failed'
import { toast } from '../../kit/toasts'
import css from './presets.module.css'
import { changePreset, deletePreset, type Preset, presetsQuery, savePreset } from './queries'

interface PresetsProps {
  app: string
  spec: Values
  onUse: (spec: Values) => void
}

/** Settings by name: use them, keep today's, forget them. */
export function Presets({ app, spec, onUse }: PresetsProps) {
  const text = useText()
  const client = useQueryClient()
  const panel = useId()
  const { data: presets = [] } = useQuery(presetsQuery(app))
  const [open, setOpen] = useState(false)
  const fresh = (): void => void client.invalidateQueries({ queryKey: keys.presets })
  const save = useMutation({
    mutationFn: (name: string) => {
      const same = presets.find((preset) => preset.name === name)
      return same ? changePreset(same.id, name, spec) : savePreset(app, name, spec)
    },
    onSuccess: (preset) => {
      fresh()
      setOpen(false)
      toast({ text: text('mix.preset-saved', { name: preset.name }) })
    },
    onError: failed,
  })
  const remove = useMutation({
    mutationFn: (preset: Preset) => deletePreset(preset.id),
    onSuccess: (_gone, preset) => {
      fresh()
      const undo = { label: text('kit.undo'), run: () => void savePreset(app, preset.name, preset.spec).then(fresh, failed) }
      toast({ text: text('mix.preset-gone', { name: preset.name }), act: undo })
    },
    onError: failed,
  })
  return (
    <div className={css['presets']}>
      <Button variant="default" aria-expanded={open} aria-controls={panel} onClick={() => setOpen(!open)}>
        {text('mix.presets')}
      </Button>
      <div id={panel} className={`${css['panel']} card`} hidden={!open}>
        {presets.length === 0 && <p className="small">{text('mix.no-presets')}</p>}
        <ul>
          {presets.map((preset) => (
            <li key={preset.id}>
              <button
                type="button"
                className={css['use']}
                onClick={() => {
                  onUse(preset.spec)
                  setOpen(false)
                  toast({ text: text('mix.preset-used', { name: preset.name }) })
                }}
              >
                {preset.name}
              </button>
              <button type="button" className={css['text']} onClick={() => remove.mutate(preset)} aria-label={text('mix.preset-forget', { name: preset.name })}>
                {text('mix.forget')}
              </button>
            </li>
          ))}
        </ul>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            const name = String(new FormData(event.currentTarget).get('preset')).trim()
            if (name) save.mutate(name)
          }}
        >
          <TextInput name="preset" size="sm" autoComplete="off" aria-label={text('mix.preset-name')} placeholder={text('mix.preset-name')} />
          <Button type="submit" size="sm" loading={save.isPending}>
            {text('mix.save')}
          </Button>
        </form>
      </div>
    </div>
  )
}
