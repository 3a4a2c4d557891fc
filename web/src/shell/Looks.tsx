import { useMantineColorScheme } from '@mantine/core'
import { useEffect } from 'react'
import { useSession } from '../api/session'

/** Draws pages as the account says, in whatever browser one signs in; `theme.js` remembers it for the next page. */
export function Looks() {
  const state = useSession()
  const { setColorScheme } = useMantineColorScheme()
  const theme = state.kind === 'in' ? state.user.theme : null
  useEffect(() => {
    if (theme !== null) setColorScheme(theme === 'system' ? 'auto' : theme)
  }, [theme, setColorScheme])
  return null
}
