/** The API's documentation: its OpenAPI document drawn by Redoc, which comes from our own site as everything does. */
import './docs.css'
import redoc from 'virtual:redoc'
import { type ApiDocument, told } from './told'

interface Redoc {
  init: (document: object, options: object, element: HTMLElement) => void
}

const INK = '#1b1a17'
const FONT = "ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif"
const MONO = "ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', monospace"
const OPTIONS = {
  hideDownloadButton: true,
  hideFab: true,
  jsonSampleExpandLevel: 3,
  pathInMiddlePanel: true,
  requiredPropsFirst: true,
  sortTagsAlphabetically: false,
  theme: {
    colors: { primary: { main: '#b23a0a' }, text: { primary: INK, secondary: '#5a564d' }, border: { dark: '#d3cfc5', light: '#e4e1da' } },
    typography: {
      fontFamily: FONT,
      fontSize: '15px',
      lineHeight: '1.5',
      headings: { fontFamily: FONT, fontWeight: '650' },
      code: { fontFamily: MONO, fontSize: '13px', color: INK, backgroundColor: '#efede7', wrap: true },
      links: { color: '#b23a0a', visited: '#b23a0a', hover: '#872d08' },
    },
    sidebar: { backgroundColor: '#f6f5f2', textColor: INK, activeTextColor: '#b23a0a', width: '280px' },
    rightPanel: { backgroundColor: '#232220', width: '38%' },
  },
}

async function start(): Promise<void> {
  const element = document.getElementById('docs')
  if (element === null) return
  const [answer] = await Promise.all([fetch('/openapi.json'), script(redoc)])
  if (!answer.ok) throw new Error(`The API does not say what it is: ${answer.status}.`)
  const { Redoc } = globalThis as unknown as { Redoc: Redoc }
  Redoc.init(told((await answer.json()) as ApiDocument), OPTIONS, element)
}

function script(src: string): Promise<void> {
  return new Promise((done, failed) => {
    const element = document.createElement('script')
    element.src = src
    element.addEventListener('load', () => done())
    element.addEventListener('error', () => failed(new Error('What draws this page could not be fetched. Reload it.')))
    document.head.append(element)
  })
}

start().catch((error: unknown) => {
  const element = document.getElementById('docs')
  if (element) element.textContent = error instanceof Error ? error.message : String(error)
})
