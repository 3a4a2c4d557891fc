import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { known } from '../../api/session'
import { publicRoute } from '../../shell/routes'

const welcome = createRoute({
  getParentRoute: () => publicRoute,
  path: '/',
  beforeLoad: async () => {
    if (await known().catch(() => false)) throw redirect({ to: '/home' })
  },
  component: lazyRouteComponent(() => import('./Welcome'), 'Welcome'),
})

export const routes = [welcome] as const
