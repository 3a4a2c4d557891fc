import { useSyncExternalStore } from 'react'
import { useText } from '../i18n/useText'
import css from './OfflineBar.module.css'

/** A calm line while there is no network; what was asked meanwhile is sent when it is back. */
export function OfflineBar() {
  const text = useText()
  const online = useSyncExternalStore(watch, () => navigator.onLine)
  return (
    <div role="status">{!online && <p className={css['bar']}>{text('shell.offline')}</p>}</div>
  )
}

function watch(listener: () => void): () => void {
  globalThis.addEventListener('online', listener)
  globalThis.addEventListener('offline', listener)
  return () => {
    globalThis.removeEventListener('online', listener)
    globalThis.removeEventListener('offline', listener)
  }
}
