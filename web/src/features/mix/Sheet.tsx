import { Button } from '@mantine/core'
import IconClose from '@tabler/icons-react/dist/esm/icons/IconX.mjs'
import { type ReactNode, useRef, useState } from 'react'
import { useText } from '../../i18n/useText'
import css from './foot.module.css'

/** Options of a phone: a sheet over the page, whose foot bar keeps the number in sight. */
export function Sheet({ title, faults, children }: { title: string; faults: number; children: ReactNode }) {
  const text = useText()
  const dialog = useRef<HTMLDialogElement>(null)
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button
        variant="default"
        aria-haspopup="dialog"
        data-wrong={faults > 0 || undefined}
        data-testid="options"
        onClick={() => {
          setOpen(true)
          dialog.current?.showModal()
        }}
      >
        {title}
      </Button>
      <dialog
        ref={dialog}
        className={css['sheet']}
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
