/**
 * Lighthouse: `make lighthouse` prints its four scores of the welcome page and the first page, on a desk and on a phone, and
 * fails below what is promised. Speed follows what else this machine does, so the best of three is taken: measure where nothing else runs.
 */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import lighthouse, { desktopConfig, type Flags } from 'lighthouse'
import { chromium, type Page } from 'playwright-core'
import { findBrowser } from '../e2e/browser.ts'

const WEB = path.resolve(import.meta.dirname, '..')
const PYTHON = path.join(WEB, '..', '.venv', 'bin', 'python')
const PASSWORD = 'a sentence that is long enough'
const KINDS = ['performance', 'accessibility', 'best-practices', 'seo'] as const
const PROMISED = { desk: [95, 100, 100, 95], phone: [90, 100, 100, 90] }
const TRIES = { desk: 3, phone: 3 }
type Shape = keyof typeof TRIES

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', () => done())
  })
  const address = server.address()
  await new Promise((done) => {
    server.close(done)
  })
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** An account with a project, signed in in this browser. */
async function signUp(page: Page, url: string): Promise<void> {
  const email = `person-${randomUUID()}@example.com`
  await page.goto(`${url}/sign-up`)
  await page.locator('input[name=email]').fill(email)
  await page.locator('button[type=submit]').click()
  let link: string | undefined
  while (link === undefined) {
    const answer = await fetch(`${url}/dev/mailbox.json?to=${encodeURIComponent(email)}`)
    link = ((await answer.json()) as { items: { links: string[] }[] }).items[0]?.links[0]
  }
  await page.goto(link)
  await page.locator('input[name=name]').fill('Ada')
  await page.locator('input[name=password]').fill(PASSWORD)
  await page.locator('button[type=submit]').click()
  await page.waitForURL('**/home')
}

/** Four scores of a page, from 0 to 100, and what was found wrong where a score is not whole. */
async function scores(url: string, port: number, shape: Shape): Promise<{ of: number[]; found: string[] }> {
  const skipAudits = url.endsWith('/home') ? ['is-crawlable'] : [] // no search engine is meant to find what one signs in to
  const flags: Flags = { port, output: 'json', logLevel: 'error', disableStorageReset: true, onlyCategories: [...KINDS], skipAudits }
  const result = await lighthouse(url, flags, shape === 'desk' ? desktopConfig : undefined)
  if (result === undefined) throw new Error(`Nothing was measured of ${url}.`)
  const { categories, audits } = result.lhr
  const found = KINDS.flatMap((kind) => categories[kind]?.auditRefs ?? [])
    .filter(({ weight, id }) => weight > 0 && (audits[id]?.score ?? 1) < 0.9)
    .map(({ id }) => `${id} ${audits[id]?.displayValue ?? ''}`.trim())
  return { of: KINDS.map((kind) => Math.round(100 * (categories[kind]?.score ?? 0))), found: [...new Set(found)] }
}

async function best(url: string, port: number, shape: Shape): Promise<{ of: number[]; found: string[] }> {
  let top: { of: number[]; found: string[] } | undefined
  for (let n = 0; n < TRIES[shape]; n += 1) {
    const next = await scores(url, port, shape) // oxlint-disable-line no-await-in-loop -- one at a time, or they slow each other
    if (top === undefined || (next.of[0] ?? 0) > (top.of[0] ?? 0)) top = next
    if (top.of.every((score, kind) => score >= (PROMISED[shape][kind] ?? 0))) break
  }
  return top ?? { of: [], found: [] }
}

async function measure(url: string, page: Page, port: number): Promise<boolean> {
  let kept = true
  process.stdout.write(`${'page'.padEnd(9)}${'shape'.padEnd(8)}${KINDS.map((kind) => kind.padStart(16)).join('')}\n`)
  for (const place of ['/', '/home']) {
    if (place === '/home') await signUp(page, url) // oxlint-disable-line no-await-in-loop
    await page.goto('about:blank') // oxlint-disable-line no-await-in-loop -- nothing else runs while it is measured
    for (const shape of ['desk', 'phone'] as const) {
      const { of, found } = await best(url + place, port, shape) // oxlint-disable-line no-await-in-loop
      const low = of.some((score, kind) => score < (PROMISED[shape][kind] ?? 0))
      if (low) kept = false
      const line = `${place.padEnd(9)}${shape.padEnd(8)}${of.map((score) => String(score).padStart(16)).join('')}`
      process.stdout.write(`${line}${low ? `   below what is promised: ${found.join(', ')}` : ''}\n`)
    }
  }
  return kept
}

const cloud = spawn(PYTHON, [path.join(WEB, 'e2e', 'cloud.py'), path.join(WEB, 'dist')], { stdio: ['pipe', 'pipe', 'inherit'] })
const profile = mkdtempSync(path.join(os.tmpdir(), 'medley-lighthouse-'))
const port = await freePort()
let kept = false
try {
  const [line = '{}'] = await createInterface(cloud.stdout)[Symbol.asyncIterator]().next().then(({ value }) => [value as string])
  const { url } = JSON.parse(line) as { url: string }
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: await findBrowser(),
    args: ['--no-sandbox', `--remote-debugging-port=${port}`],
  })
  kept = await measure(url, browser.pages()[0] ?? (await browser.newPage()), port)
  await browser.close()
} finally {
  cloud.stdin.end()
  rmSync(profile, { recursive: true, force: true })
}
process.exitCode = kept ? 0 : 1
