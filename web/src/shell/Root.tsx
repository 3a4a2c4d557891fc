import { Outlet } from '@tanstack/react-router'
import { Announcer } from './Announcer'
import { Looks } from './Looks'
import { OfflineBar } from './OfflineBar'
import { Toasts } from './Toasts'

/** What every page has: the bar that says the connection is gone, toasts, and the voice for screen readers. */
export function Root() {
  return (
    <>
      <Looks />
      <OfflineBar />
      <Outlet />
      <Toasts />
      <Announcer />
    </>
  )
}
