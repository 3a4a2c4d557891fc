import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { messages } from './tools/messages.ts'

// `vitest --project unit` reads and computes; `vitest --project e2e` drives the built app in a browser, and so does
// `vitest --project bench`, which measures.
export default defineConfig({
  plugins: [react(), messages()],
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['src/**/*.test.{ts,tsx}', 'tools/*.test.ts'], environment: 'node', testTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['e2e/*.spec.ts'],
          globalSetup: 'e2e/setup.ts',
          testTimeout: 240_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
          isolate: false, // files of one worker have one browser, and one account with a project to copy (e2e/studio.ts)
          expect: { poll: { timeout: 30_000 } }, // facts are waited for; a busy machine only makes them late
        },
      },
      {
        extends: true,
        test: { name: 'bench', include: ['bench/*.bench.ts'], globalSetup: 'e2e/setup.ts', testTimeout: 240_000, hookTimeout: 120_000, expect: { poll: { timeout: 30_000 } } },
      },
    ],
  },
})
