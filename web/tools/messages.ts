import { compileMessage } from '@lingui/message-utils/compileMessage'
import type { Plugin } from 'vite'

/** Compiles the catalogues (the files `texts/en.json` and the like) when the app is built: the browser parses no ICU. */
export function messages(): Plugin {
  return {
    name: 'messages',
    enforce: 'pre',
    transform: {
      filter: { id: /\/texts\/[a-z]+\.json$/ },
      handler(source) {
        const catalogue = JSON.parse(source) as Record<string, string>
        const compiled = Object.entries(catalogue).map(([id, message]) => [id, compileMessage(message)])
        return { code: `export default ${JSON.stringify(Object.fromEntries(compiled))}`, moduleType: 'js' }
      },
    },
  }
}
