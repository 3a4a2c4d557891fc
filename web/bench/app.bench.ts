/** Bench: how soon the app answers a person, in a browser before a real cloud. `make webbench` prints it as a table. */
import type { Page } from 'playwright-core'
import { afterAll, test } from 'vitest'
import { choose, CLIPS, SHORT } from '../e2e/files'
import { Studio } from '../e2e/studio'
import { orderThousand } from '../e2e/thousand'
import { Person, useBrowser } from '../e2e/world'
import { WELCOME, weights } from '../tools/weight'

const QUOTES = 9
const ENDS = 5
const table: [string, string, string][] = []

useBrowser()
afterAll(() => {
  const width = Math.max(...table.map(([what]) => what.length))
  const lines = table.map(([what, found, bar]) => `${what.padEnd(width)}  ${found.padStart(16)}  ${bar}`)
  process.stdout.write(`\n${lines.join('\n')}\n\n`)
})

test('what is fetched first', () => {
  const found = weights()
  const [heaviest, bytes] = [...found].reduce((one, other) => (other[1] > one[1] ? other : one))
  table.push(['first load of the welcome page', `${kilo(found.get(WELCOME) ?? 0)} kB`, 'at most 200 kB'])
  table.push([`first load of the heaviest page (${heaviest.split('/').pop()})`, `${kilo(bytes)} kB`, 'at most 250 kB'])
})

test('files that are chosen, and options that are changed', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  await ada.join()
  await ada.makeProject('Sol lemonade')
  const { page } = ada
  await page.getByRole('button', { name: 'Choose clips' }).waitFor()
  const rows = await untilTrue(page, 'change', `document.querySelectorAll('section[aria-label=Uploads] li').length >= 12`)
  await choose(page, [...SHORT, ...CLIPS.slice(2)])
  table.push(['12 files chosen: 12 rows', `${await rows()} ms`, 'at most 100 ms'])

  const studio = await Studio.of(ada)
  await ada.open(`/projects/${studio.project}/mix`)
  const count = page.locator('[data-field=count] input[type=number]')
  const took: number[] = []
  for (let n = 2; n < 2 + QUOTES; n += 1) {
    const make = `document.querySelector('[data-testid=make]')`
    const said = await untilTrue(page, 'input', `${make}.textContent === 'Make ${n} videos' && !${make}.disabled`)
    await count.fill(String(n))
    took.push(await said())
  }
  took.sort((a, b) => a - b)
  table.push(['an option changed: new quote (with a pause of 150 ms), median', `${took[QUOTES >> 1]} ms`, 'at most 500 ms'])
  table.push(['the same, slowest of nine', `${took.at(-1)} ms`, ''])
  await ada.context.close()
})

test('the end of an order', { timeout: 240_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  const studio = await Studio.of(ada)
  const took: number[] = []
  for (let n = 0; n < ENDS; n += 1) {
    const id = await studio.order({ count: 2 })
    await ada.open(`/generations/${id}`)
    const seen: number = await page.evaluate(`new Promise((done) => {
      const look = () => (document.querySelector('[data-testid=summary][data-state=succeeded]') ? done(Date.now()) : requestAnimationFrame(look))
      look()
    })`)
    const { generation } = await studio.call('GET', `/generations/${id}`)
    took.push(seen - Date.parse(generation.finished_at))
  }
  took.sort((a, b) => a - b)
  table.push(['an order has ended: it is on the screen, median', `${took[ENDS >> 1]} ms`, ''])
  table.push(['the same, slowest of five', `${took.at(-1)} ms`, 'at most 1,000 ms'])
  await ada.context.close()
})

test('a thousand videos', { timeout: 300_000 }, async () => {
  const ada = await Person.arrive()
  const { page } = ada
  await ada.join()
  const studio = await Studio.of(ada)
  const one = await studio.order({ count: 1 })
  await studio.reached(one, ({ state }) => state === 'succeeded')
  const poster = (await studio.call('GET', `/generations/${one}`)).outputs[0].poster_url
  const id = await orderThousand(ada, studio)
  await page.route(`**/v1/generations/${id}?*`, async (route) => {
    const answer = await route.fetch()
    const body = await answer.json()
    for (const output of body.outputs) Object.assign(output, { state: 'made', poster_url: poster, duration_s: 3 }) // as if they were there
    await route.fulfill({ response: answer, json: body })
  })
  await ada.open(`/generations/${id}`)
  await page.locator('[role=option][data-state=made] img').first().waitFor()
  await page.getByTestId('distinctness').locator('svg').waitFor()
  const browser = page.context().browser()
  await browser?.startTracing(page, { categories: ['toplevel', 'devtools.timeline', '__metadata'] })
  let nodes = 0
  for (let step = 0; step < 60; step += 1) {
    await page.mouse.wheel(0, 700)
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
    nodes = Math.max(nodes, await page.evaluate(() => document.querySelectorAll('*').length))
  }
  const trace = await browser?.stopTracing()
  table.push(['1,000 videos: longest task while scrolling, of CPU', `${longestTask(String(trace)).toFixed(1)} ms`, 'at most 25 ms'])
  table.push(['1,000 videos: elements of the page', String(nodes), 'at most 1,500'])
  await ada.context.close()
})

/** Begin to wait for something in the page; what is returned says how long after the next event of this kind it came. */
async function untilTrue(page: Page, event: string, happened: string): Promise<() => Promise<number>> {
  await page.evaluate(`globalThis.took = new Promise((done) => {
    addEventListener('${event}', () => {
      const began = performance.now()
      const look = () => (${happened}) ? done(Math.round(performance.now() - began)) : requestAnimationFrame(look)
      look()
    }, { capture: true, once: true })
  }); undefined`)
  return () => page.evaluate('globalThis.took')
}

const TASKS = new Set(['RunTask', 'ThreadControllerImpl::RunTask']) // of older and newer Chromium

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  tdur?: number
  args?: { name?: string }
}

/** The longest of the page's own tasks, in milliseconds of CPU: waiting for a busy machine does not count. */
function longestTask(trace: string): number {
  const { traceEvents: events } = JSON.parse(trace) as { traceEvents: TraceEvent[] }
  const mains = new Set(events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid} ${tid}`))
  const tasks = events.filter(({ name, pid, tid, tdur }) => TASKS.has(name) && tdur !== undefined && mains.has(`${pid} ${tid}`))
  if (tasks.length === 0) throw new Error('The trace has no tasks.')
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000
}

const kilo = (bytes: number): string => (bytes / 1000).toFixed(0)
