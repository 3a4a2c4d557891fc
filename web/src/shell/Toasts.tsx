import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs'
import { useText } from '../i18n/useText'
import { RequestId } from '../kit/RequestId'
import { dismiss, useToasts } from '../kit/toasts'
import css from './Toasts.module.css'

/** Words on what was just done, and the way back. */
export function Toasts() {
  const text = useText()
  const toasts = useToasts()
  return (
    <div className={css['toasts']} role="region" aria-live="polite" aria-label={text('shell.toasts')}>
      {toasts.map((toast) => (
        <div key={toast.id} className={css['toast']} data-bad={toast.bad || undefined}>
          <span className="break">
            {toast.text}
            {toast.request && <RequestId id={toast.request} />}
          </span>
          {toast.act && (
            <button
              type="button"
              className={css['act']}
              onClick={() => {
                toast.act?.run()
                dismiss(toast.id)
              }}
            >
              {toast.act.label}
            </button>
          )}
          <button type="button" className={css['close']} aria-label={text('kit.close')} onClick={() => dismiss(toast.id)}>
            <IconX size={16} aria-hidden />
          </button>
        </div>
      ))}
    </div>
  )
}
