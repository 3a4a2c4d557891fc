/** Mantine drawn from the tokens: every value is a variable of `tokens.css`, which knows light and dark. */
import { colorsTuple, type CSSVariablesResolver, createTheme, defaultVariantColorsResolver, type VariantColorsResolver } from '@mantine/core'
import { GROUP_COLORS } from './colors'

/** Filled buttons are the accent, with ink that can be read on it in both schemes. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const own = input.color === undefined || input.color === 'accent'
  if (input.variant === 'filled' && own) return solid('var(--accent)', 'var(--accent-hover)', 'var(--accent-ink)')
  if (input.variant === 'light' && own)
    return solid('var(--accent-soft)', 'color-mix(in srgb, var(--accent-soft), var(--accent) 10%)', 'var(--accent-text)')
  if (input.variant === 'subtle' && own) return solid('transparent', 'var(--hover)', 'var(--ink2)')
  return defaultVariantColorsResolver(input)
}

function solid(background: string, hover: string, color: string): ReturnType<VariantColorsResolver> {
  return { background, hover, color, border: '1px solid transparent' }
}

export const theme = createTheme({
  colors: { accent: colorsTuple('var(--accent)') },
  primaryColor: 'accent',
  defaultRadius: 'md',
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  fontSizes: { sm: '14px', md: '15px' },
  lineHeights: { md: '1.45' },
  radius: { sm: 'var(--r1)', md: 'var(--r)', lg: 'var(--r2)' },
  respectReducedMotion: true,
  variantColorResolver,
  components: {
    Button: { defaultProps: { size: 'md' } },
    TextInput: { defaultProps: { size: 'md' } },
    PasswordInput: { defaultProps: { size: 'md' } },
    Select: { defaultProps: { size: 'md' } },
    NumberInput: { defaultProps: { size: 'md' } },
    Textarea: { defaultProps: { size: 'md' } },
  },
})

const VARIABLES = {
  '--mantine-color-body': 'var(--bg)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink2)',
  '--mantine-color-bright': 'var(--ink)',
  '--mantine-color-placeholder': 'var(--ink3)',
  '--mantine-color-anchor': 'var(--accent-text)',
  '--mantine-color-error': 'var(--bad)',
  '--mantine-color-default': 'var(--raised)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--edge)',
  '--mantine-color-disabled': 'var(--hover)',
  '--mantine-color-disabled-color': 'var(--ink3)',
  '--mantine-color-disabled-border': 'var(--line)',
  '--mantine-primary-color-filled': 'var(--accent)',
  '--mantine-primary-color-filled-hover': 'var(--accent-hover)',
  '--mantine-primary-color-light': 'var(--accent-soft)',
  '--mantine-primary-color-light-color': 'var(--accent-text)',
  '--mantine-color-accent-filled': 'var(--accent)',
}

const GROUPS = Object.fromEntries(GROUP_COLORS.map((color, place) => [`--g${place + 1}`, color]))

export const cssVariables: CSSVariablesResolver = () => ({ variables: GROUPS, light: VARIABLES, dark: VARIABLES })
