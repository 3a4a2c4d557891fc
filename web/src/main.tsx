import './theme/mantine.css'
import './theme/tokens.css'
import './theme/base.css'
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { createQueryClient } from './api/queries'
import { onSession, sessionState } from './api/session'
import { isLanguage, speak, wanted } from './i18n/languages'
import { listen } from './live/leader'
import { makeRouter } from './router'
import { watchParts } from './shell/replaced'
import { cssVariables, theme } from './theme/theme'

const UploadDock = lazy(() => import('./features/uploads/UploadDock').then((module) => ({ default: module.UploadDock })))
const client = createQueryClient()
const router = makeRouter(client)

/** Who is signed in decides what is kept, which language is spoken, and whether the page may stay. */
function followSession(): void {
  let user: string | null = null
  onSession(() => {
    const state = sessionState()
    const next = state.kind === 'in' ? state.user.id : null
    if (state.kind === 'in' && next !== user) {
      const { language } = state.user
      if (isLanguage(language) && language !== i18n.locale) void speak(language)
    }
    if (next === user) return
    const left = user !== null
    if (left) void client.cancelQueries() // what is on its way would be refused
    user = next
    void router.invalidate().finally(() => left && client.clear()) // not before: what a page still shows would be asked for anew
  })
}

async function start(): Promise<void> {
  const root = document.getElementById('root')
  if (root === null) return
  watchParts()
  await speak(wanted())
  followSession()
  listen(client)
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
          <QueryClientProvider client={client}>
            <RouterProvider router={router} />
            <Suspense>
              <UploadDock />
            </Suspense>
          </QueryClientProvider>
        </MantineProvider>
      </I18nProvider>
    </StrictMode>,
  )
}

void start()
