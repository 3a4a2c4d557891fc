import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { appRoute } from '../../shell/routes'
import { isKind, type Kind } from './queries'

interface Sought {
  kind?: Kind
  /** Credits that an order lacks: what brought somebody here. */
  missing?: number
}

const wallet = createRoute({
  getParentRoute: () => appRoute,
  path: '/wallet',
  validateSearch: ({ kind, missing }: Record<string, unknown>): Sought => ({
    ...(isKind(kind) && { kind }),
    ...(typeof missing === 'number' && missing > 0 && { missing }),
  }),
  component: lazyRouteComponent(() => import('./Wallet'), 'Wallet'),
})

export const routes = [wallet] as const
