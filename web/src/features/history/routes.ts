import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { appRoute } from '../../shell/routes'
import { isState, type State } from './queries'

const history = createRoute({
  getParentRoute: () => appRoute,
  path: '/history',
  validateSearch: ({ state }: Record<string, unknown>): { state?: State } => (isState(state) ? { state } : {}),
  component: lazyRouteComponent(() => import('./History'), 'History'),
})

export const routes = [history] as const
