import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { appRoute } from '../../shell/routes'

interface Seen {
  /** The video that is open. */
  video?: number
}

const one = createRoute({
  getParentRoute: () => appRoute,
  path: '/generations/$generationId',
  validateSearch: ({ video }: Record<string, unknown>): Seen =>
    typeof video === 'number' && Number.isInteger(video) && video > 0 ? { video } : {},
  component: lazyRouteComponent(() => import('./GenerationPage'), 'GenerationPage'),
})

export const routes = [one] as const
