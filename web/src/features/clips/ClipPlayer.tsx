import IconLeft from '@tabler/icons-react/dist/esm/icons/IconChevronLeft.mjs'
import IconRight from '@tabler/icons-react/dist/esm/icons/IconChevronRight.mjs'
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs'
import { useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { type Clip, clipsQuery } from '../../api/library'
import { useText } from '../../i18n/useText'
import css from './player.module.css'
import { factsOf, remarksOf } from './facts'

interface ClipPlayerProps {
  clip: Clip
  first: string | undefined
  step: ((by: 1 | -1) => void) | undefined
  close: () => void
}

/** Plays a clip, and says all that is known of it. Up and down go to its neighbours. */
export function ClipPlayer({ clip, first, step, close }: ClipPlayerProps) {
  const text = useText()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
    dialog.current?.querySelector('video')?.focus()
  }, [])
  const onKeyDown = (event: KeyboardEvent): void => {
    if (step === undefined || !(event.key === 'ArrowDown' || event.key === 'ArrowUp')) return
    event.preventDefault()
    step(event.key === 'ArrowDown' ? 1 : -1)
  }
  const remarks = remarksOf(clip, first, text)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- keys of the dialog as a whole
    <dialog ref={dialog} className={css['dialog']} aria-label={clip.name} onClose={close} onKeyDown={onKeyDown}>
      <header>
        <h2 className="grow break">{clip.name}</h2>
        {step && (
          <>
            <button type="button" aria-label={text('clips.previous')} onClick={() => step(-1)}>
              <IconLeft size={20} aria-hidden />
            </button>
            <button type="button" aria-label={text('clips.next')} onClick={() => step(1)}>
              <IconRight size={20} aria-hidden />
            </button>
          </>
        )}
        <button type="button" aria-label={text('kit.close')} onClick={() => dialog.current?.close()}>
          <IconX size={20} aria-hidden />
        </button>
      </header>
      <Screen key={clip.id} clip={clip} />
      <p className="small">{factsOf(clip, text)}</p>
      {remarks.length > 0 && (
        <ul className={css['remarks']}>
          {remarks.map((remark) => (
            <li key={remark}>{remark}</li>
          ))}
        </ul>
      )}
    </dialog>
  )
}

/** The picture. Its link ends some time: then a new one is asked for, and it goes on where it stood. */
function Screen({ clip }: { clip: Clip }) {
  const text = useText()
  const client = useQueryClient()
  const video = useRef<HTMLVideoElement>(null)
  const at = useRef(0)
  const [refused, setRefused] = useState(false)
  if (refused || clip.play_url === null) return <p className={css['cannot']}>{text('clips.cannot-play')}</p>
  const onError = (): void => {
    at.current = video.current?.currentTime ?? 0
    const told = (clips: readonly Clip[]): void => setRefused(clips.some(({ id, play_url: url }) => id === clip.id && url === clip.play_url))
    void client.fetchQuery({ ...clipsQuery(clip.project_id), staleTime: 0 }).then(told, () => undefined)
  }
  return (
    // oxlint-disable-next-line jsx-a11y/media-has-caption -- people's own footage
    <video
      ref={video}
      className={css['screen']}
      src={clip.play_url}
      poster={clip.poster_url ?? undefined}
      controls
      autoPlay
      playsInline
      preload="metadata"
      onLoadedMetadata={(event) => {
        event.currentTarget.currentTime = at.current
      }}
      onError={onError}
    />
  )
}
