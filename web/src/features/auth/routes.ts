import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { known } from '../../api/session'
import { publicRoute } from '../../shell/routes'

interface Next {
  /** The address somebody wanted to see before they were asked to sign in. */
  next?: string
}

/** Only addresses of our own: a link must not lead elsewhere by way of ours. */
function ownAddress(search: Record<string, unknown>): Next {
  const next = search['next']
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? { next } : {}
}

const signUp = createRoute({
  getParentRoute: () => publicRoute,
  path: '/sign-up',
  beforeLoad: goHome,
  component: lazyRouteComponent(() => import('./SignUp'), 'SignUp'),
})

const completeSignUp = createRoute({
  getParentRoute: () => publicRoute,
  path: '/sign-up/complete',
  component: lazyRouteComponent(() => import('./CompleteSignUp'), 'CompleteSignUp'),
})

const signIn = createRoute({
  getParentRoute: () => publicRoute,
  path: '/sign-in',
  validateSearch: ownAddress,
  beforeLoad: async ({ search }) => {
    if (await known().catch(() => false)) throw redirect({ href: search.next ?? '/home' })
  },
  component: lazyRouteComponent(() => import('./SignIn'), 'SignIn'),
})

const reset = createRoute({
  getParentRoute: () => publicRoute,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('./ResetPassword'), 'ResetPassword'),
})

const completeReset = createRoute({
  getParentRoute: () => publicRoute,
  path: '/reset-password/complete',
  component: lazyRouteComponent(() => import('./CompleteReset'), 'CompleteReset'),
})

const confirmEmail = createRoute({
  getParentRoute: () => publicRoute,
  path: '/confirm-email',
  component: lazyRouteComponent(() => import('./ConfirmEmail'), 'ConfirmEmail'),
})

async function goHome(): Promise<void> {
  if (await known().catch(() => false)) throw redirect({ to: '/home' })
}

export const routes = [signUp, completeSignUp, signIn, reset, completeReset, confirmEmail] as const
