import IconClose from '@tabler/icons-react/dist/esm/icons/IconX.mjs'
import { type ReactNode, useEffect, useRef } from 'react'
import { useText } from '../../i18n/useText'
import css from './panel.module.css'

interface DialogProps {
  label: string
  /** Draws its own heading and way out. */
  bare?: boolean
  onClose: () => void
  children: ReactNode
}

/** Something over the page; what had the focus has it again afterwards. */
export function Dialog({ label, bare = false, onClose, children }: DialogProps) {
  const text = useText()
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const shown = dialog.current
    shown?.showModal()
    return () => shown?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className={css['dialog']}
      aria-label={label}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
    >
      {!bare && (
        <header className={css['head']}>
          <h2 className="grow">{label}</h2>
          <button type="button" className={css['icon']} onClick={onClose} aria-label={text('outputs.close')}>
            <IconClose size={20} aria-hidden />
          </button>
        </header>
      )}
      {children}
    </dialog>
  )
}
