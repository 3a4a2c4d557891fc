import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { appRoute } from '../../shell/routes'
import { isShelf, type Shelf } from './queries'

interface Sought {
  shelf?: Shelf
  search?: string
}

const list = createRoute({
  getParentRoute: () => appRoute,
  path: '/projects',
  validateSearch: ({ shelf, search }: Record<string, unknown>): Sought => ({
    ...(isShelf(shelf) && shelf !== 'open' && { shelf }),
    ...(typeof search === 'string' && search && { search }),
  }),
  component: lazyRouteComponent(() => import('./ProjectList'), 'ProjectList'),
})

const fresh = createRoute({
  getParentRoute: () => appRoute,
  path: '/projects/new',
  validateSearch: ({ app }: Record<string, unknown>): { app?: string } => (typeof app === 'string' ? { app } : {}),
  component: lazyRouteComponent(() => import('./NewProject'), 'NewProject'),
})

const one = createRoute({
  getParentRoute: () => appRoute,
  path: '/projects/$projectId',
  validateSearch: ({ part }: Record<string, unknown>): { part?: 'assets' } => (part === 'assets' ? { part } : {}),
  component: lazyRouteComponent(() => import('./ProjectPage'), 'ProjectPage'),
})

export const routes = [list, fresh, one] as const
