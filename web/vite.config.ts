import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { messages } from './tools/messages.ts'
import { redoc } from './tools/redoc.ts'

// The API of `make up`, for `npm run dev`: one origin, as when it is deployed.
const cloud = process.env['MEDLEY_URL'] ?? 'http://localhost:8000'

export default defineConfig({
  plugins: [react(), messages(), redoc()],
  build: { rolldownOptions: { input: ['index.html', 'docs.html'] }, target: 'es2023', manifest: true, assetsInlineLimit: 0, cssCodeSplit: true },
  server: {
    proxy: {
      '^/(v1|openapi.json|healthz|readyz|dev)': cloud,
      '/socket': { target: cloud, ws: true },
    },
  },
})
