/**
 * Router: every feature exports its routes; one line each here makes them part of the app. Leave a blank line between
 * features, so that two that are added at once do not meet.
 */
import type { QueryClient } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'

import { routes as account } from './features/account/routes'

import { routes as auth } from './features/auth/routes'

import { routes as dashboard } from './features/dashboard/routes'

import { routes as generations } from './features/generations/routes'

import { routes as mix } from './features/mix/routes'

import { routes as help } from './features/help/routes'

import { routes as history } from './features/history/routes'

import { routes as projects } from './features/projects/routes'

import { routes as wallet } from './features/wallet/routes'

import { routes as welcome } from './features/welcome/routes'

import { ErrorPage, NotFoundPage, PendingPage } from './shell/pages'
import { appRoute, publicRoute, rootRoute } from './shell/routes'

const routeTree = rootRoute.addChildren([
  publicRoute.addChildren([
    ...auth,

    ...welcome,
  ]),
  appRoute.addChildren([
    ...dashboard,

    ...projects,

    ...mix,

    ...generations,

    ...account,

    ...wallet,

    ...history,

    ...help,
  ]),
])

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0, // the cache of answers knows what is fresh
    scrollRestoration: true,
    defaultErrorComponent: ErrorPage,
    defaultNotFoundComponent: NotFoundPage,
    defaultPendingComponent: PendingPage,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>
  }
}
