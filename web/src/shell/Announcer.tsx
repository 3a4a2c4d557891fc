import { useEffect, useState } from 'react'
import { onAnnouncement } from '../kit/announce'

/** Says announcements to screen readers; two in a row are told apart by a space nobody hears. */
export function Announcer() {
  const [said, setSaid] = useState('')
  useEffect(() => onAnnouncement((sentence) => setSaid((old) => (old === sentence ? `${sentence}\u00a0` : sentence))), [])
  return (
    <div className="unseen" role="status" aria-live="polite">
      {said}
    </div>
  )
}
