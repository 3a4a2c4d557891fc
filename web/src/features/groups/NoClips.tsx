import { Button } from '@mantine/core'
import IconUpload from '@tabler/icons-react/dist/esm/icons/IconUpload.mjs'
import { useText } from '../../i18n/useText'
import { AddFiles } from '../uploads/index'
import css from './first.module.css'
import { useSamples } from './useSamples'

/** A project without clips: where they come from. */
export function NoClips({ project }: { project: string }) {
  const text = useText()
  const { busy, bring } = useSamples(project)
  return (
    <div className={css['none']}>
      <IconUpload size={36} stroke={1.5} aria-hidden />
      <h2>{text('groups.none')}</h2>
      <p className="small">{text('groups.none-why')}</p>
      <div className={css['ways']}>
        <AddFiles project={project} kind="clip" size="lg">
          {text('groups.choose-clips')}
        </AddFiles>
        <Button variant="default" size="lg" loading={busy} onClick={bring}>
          {text('groups.samples')}
        </Button>
      </div>
    </div>
  )
}
