import { QueryClient } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import { presetsQuery } from './queries'

afterEach(() => vi.unstubAllGlobals())

test('presets are read to the last page, and stand by name', async () => {
  const pages: Record<string, unknown> = {
    '': { items: [{ name: 'wide' }, { name: 'Älter' }], next: 'n 1' },
    'n 1': { items: [{ name: 'tall' }], next: 'n 2' },
    'n 2': { items: [], next: null },
  }
  const asked: string[] = []
  vi.stubGlobal('fetch', (request: Request) => {
    const query = new URL(request.url).searchParams
    asked.push(`${query.get('app') ?? ''} ${query.get('cursor') ?? ''}`)
    return Promise.resolve(Response.json(pages[query.get('cursor') ?? '']))
  })
  const found = await new QueryClient().fetchQuery(presetsQuery('video_mixer'))
  expect(found.map((preset) => preset.name)).toEqual(['Älter', 'tall', 'wide'])
  expect(asked).toEqual(['video_mixer ', 'video_mixer n 1', 'video_mixer n 2'])
})
