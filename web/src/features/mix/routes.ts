import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { appRoute } from '../../shell/routes'

interface Begun {
  /** The order whose settings this one begins with. */
  from?: string
  /** So many more of that order. */
  more?: number
}

const mix = createRoute({
  getParentRoute: () => appRoute,
  path: '/projects/$projectId/mix',
  validateSearch: ({ from, more }: Record<string, unknown>): Begun => ({
    ...(typeof from === 'string' && { from }),
    ...(typeof more === 'number' && more > 0 && { more: Math.trunc(more) }),
  }),
  component: lazyRouteComponent(() => import('./MixPage'), 'MixPage'),
})

export const routes = [mix] as const
