import IconUpload from '@tabler/icons-react/dist/esm/icons/IconUpload.mjs'
import { useEffect, useState } from 'react'
import { useText } from '../../i18n/useText'
import { useLatest } from '../../kit/useLatest'
import { filesOf, hasFiles } from './dropped'
import css from './drop.module.css'
import { useTake } from './useTake'

/** Takes files and folders that are dropped anywhere on the page, for a project; pictures only where they belong. */
export function DropPage({ project, withPictures }: { project: string; withPictures: boolean }) {
  const text = useText()
  const take = useTake(project, withPictures)
  const latest = useLatest(take)
  const [over, setOver] = useState(false)
  useEffect(() => {
    let deep = 0
    const end = new AbortController()
    const on = (type: 'dragenter' | 'dragleave' | 'dragover' | 'drop', run: (event: DragEvent) => void): void =>
      addEventListener(type, (event) => hasFiles(event.dataTransfer) && run(event), { signal: end.signal })
    on('dragenter', (event) => {
      event.preventDefault()
      deep += 1
      setOver(true)
    })
    on('dragleave', () => {
      deep -= 1
      if (deep <= 0) setOver(false)
    })
    on('dragover', (event) => {
      event.preventDefault()
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
    })
    on('drop', (event) => {
      event.preventDefault()
      deep = 0
      setOver(false)
      if (event.dataTransfer) void filesOf(event.dataTransfer).then((files) => latest.current(files))
    })
    return () => end.abort()
  }, [latest])
  if (!over) return null
  return (
    <div className={css['over']} aria-hidden>
      <div>
        <IconUpload size={40} stroke={1.5} />
        <b>{text('uploads.drop')}</b>
        <span className="small">{text('uploads.drop-what')}</span>
      </div>
    </div>
  )
}
