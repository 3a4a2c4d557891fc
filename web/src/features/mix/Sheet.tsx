import { Button } from '@mantine/core'
import IconClose from '@tabler/icons-react/dist/esm/icons/IconX.mjs'
import { type ReactNode, useRef, useState } from 'react'
import { useText } from '../../i18n/useText'
import css from './foot.module.css'

interface SheetProps {
  title: string
  /** Of the button that opens it, if it says something else. */
  label?: string
  faults?: number
  /** It is as high as what it says, and opened by a word in a line. */
  short?: boolean
  children: ReactNode
}

/** A sheet over the page of a small screen. */
export function Sheet({ title, label = title, faults = 0, short = false, children }: SheetProps) {
  const text = useText()
  const dialog = useRef<HTMLDialogElement>(null)
  const [open, setOpen] = useState(false)
  const onClick = (): void => {
    setOpen(true)
    dialog.current?.showModal()
  }
  return (
    <>
      {short ? (
        <button type="button" aria-haspopup="dialog" className={`${css['opener']} link`} onClick={onClick}>
          {label}
        </button>
      ) : (
        <Button variant="default" aria-haspopup="dialog" data-wrong={faults > 0 || undefined} data-testid="options" onClick={onClick}>
          {label}
        </Button>
      )}
      <dialog
        ref={dialog}
        className={css['sheet']}
        data-short={short || undefined}
        aria-label={title}
        onClose={() => setOpen(false)}
      >
        <div className={css['sheetTop']}>
          <h2>{title}</h2>
          <button type="button" onClick={() => dialog.current?.close()} aria-label={text('mix.close')}>
            <IconClose size={20} aria-hidden />
          </button>
        </div>
        <div className={css['sheetBody']} data-sheet-body>{open && children}</div>
        <div className={css['sheetFoot']}>
          <Button fullWidth onClick={() => dialog.current?.close()}>
            {text('mix.done')}
          </Button>
        </div>
      </dialog>
    </>
  )
}
