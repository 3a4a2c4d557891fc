import { useMantineColorScheme } from '@mantine/core'
import type { components } from '../../api/schema'
import { useUser } from '../../api/session'
import { useText } from '../../i18n/useText'
import { Tabs } from '../../kit/Tabs'
import { LanguageSwitch } from '../../shell/LanguageSwitch'
import { Section } from './Section'
import { useProfile } from './useProfile'

type Theme = components['schemas']['Theme']
const THEMES: readonly Theme[] = ['system', 'light', 'dark']

/** Language and look: at once here, and from the account wherever one signs in. */
export function Looks() {
  const text = useText()
  const { theme } = useUser()
  const profile = useProfile()
  const { setColorScheme } = useMantineColorScheme()
  return (
    <Section title={text('account.looks')}>
      <LanguageSwitch onPick={(language) => profile.mutate({ language })} />
      <Tabs
        label={text('account.theme')}
        value={theme}
        options={THEMES.map((value) => ({ value, label: text(`account.theme.${value}`) }))}
        onChange={(value) => {
          setColorScheme(value === 'system' ? 'auto' : value)
          profile.mutate({ theme: value })
        }}
      />
    </Section>
  )
}
