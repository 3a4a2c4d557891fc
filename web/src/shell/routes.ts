/** The three routes that all others hang below: the root, pages for everybody, and pages of who is signed in. */
import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { known } from '../api/session'
import { NowherePage } from './pages'
import { Root } from './Root'

export const rootRoute = createRootRouteWithContext<{ client: QueryClient }>()({ component: Root, notFoundComponent: NowherePage })

/** Pages for everybody draw their own frame. */
export const publicRoute = createRoute({ getParentRoute: () => rootRoute, id: 'public' })

/** Pages in the app's frame: whoever is not signed in is asked to, and comes back. */
export const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'app',
  beforeLoad: async ({ location }) => {
    if (!(await known())) throw redirect({ to: '/sign-in', search: { next: location.href } })
  },
  component: lazyRouteComponent(() => import('./Shell'), 'Shell'),
})
