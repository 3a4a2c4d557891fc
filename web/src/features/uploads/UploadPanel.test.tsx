// @vitest-environment jsdom
import { i18n } from '@lingui/core'
import { I18nProvider } from '@lingui/react'
import { act } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Clip } from '../../api/library'
import type { Item } from './queue'
import { UploadPanel } from './UploadPanel'

const clear = vi.hoisted(() => vi.fn())
const library = vi.hoisted(() => new Map<string, Clip>())
vi.mock('./browser', () => ({ uploads: { clear } }))
vi.mock('./useLibraries', () => ({ useLibraries: () => library }))

const STAYS_MS = 15_000
i18n.loadAndActivate({ locale: 'en', messages: {} })
const sent: Item = { key: 'k', project: 'p', kind: 'clip', name: 'a.mp4', size: 10, modified: 5, phase: 'sent', sent: 10, target: 'c', problem: null, sentAt: 1 }
let root: Root

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true)
  vi.useFakeTimers()
  clear.mockClear()
  library.clear()
  root = createRoot(document.body.appendChild(document.createElement('div')))
})

afterEach(() => {
  act(() => root.unmount())
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function draw(...items: Item[]): void {
  act(() => root.render(<I18nProvider i18n={i18n}><UploadPanel items={items} projects={['p']} /></I18nProvider>))
}

const is = (state: string, duplicate_of: string | null = null): void => void library.set('c', { id: 'c', state, duplicate_of } as Clip)
const pass = (ms: number): void => act(() => void vi.advanceTimersByTime(ms))

test('the list of uploads goes away by itself a while after all is well', () => {
  is('ready')
  draw(sent)
  pass(STAYS_MS - 1)
  expect(clear).not.toHaveBeenCalled()
  pass(1)
  expect(clear).toHaveBeenCalledOnce()
})

test('it stays while something moves, was refused, or is there twice, and while it is looked at', () => {
  is('expected')
  draw(sent) // being read
  pass(10 * STAYS_MS)
  is('rejected')
  draw({ ...sent })
  pass(10 * STAYS_MS)
  is('ready', 'other')
  draw({ ...sent })
  pass(10 * STAYS_MS)
  is('ready')
  draw({ ...sent, phase: 'failed' }, { ...sent, key: 'l', target: null, phase: 'sending' })
  pass(10 * STAYS_MS)
  draw({ ...sent })
  act(() => document.querySelector<HTMLElement>('button[aria-expanded]')?.click()) // opened
  pass(10 * STAYS_MS)
  expect(clear).not.toHaveBeenCalled()
})

test('a file that comes meanwhile begins the time anew', () => {
  is('ready')
  draw(sent)
  pass(STAYS_MS - 1)
  draw(sent, { ...sent, key: 'l', target: null, phase: 'sending' })
  pass(STAYS_MS)
  expect(clear).not.toHaveBeenCalled()
  draw(sent)
  pass(STAYS_MS - 1)
  expect(clear).not.toHaveBeenCalled()
  pass(1)
  expect(clear).toHaveBeenCalledOnce()
})
