/** Before all journeys: one cloud, one browser program, and the files people upload. All end with the runner. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'
import { findBrowser } from './browser'

const WEB = path.resolve(import.meta.dirname, '..')
const PYTHON = process.env['MEDLEY_PYTHON'] ?? path.join(WEB, '..', '.venv', 'bin', 'python')

declare module 'vitest' {
  export interface ProvidedContext {
    url: string
    /** Where its database is, for what no page does. */
    database: string
    /** The folder of what is stored, for what becomes of disks. */
    storage: string
    browser: string
    /** A folder. */
    files: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const built = path.join(WEB, 'dist')
  if (!existsSync(path.join(built, 'index.html'))) throw new Error('The app is not built: `make web` does that.')
  const browser = await findBrowser()
  const files = mkdtempSync(path.join(tmpdir(), 'medley-files-'))
  const made = promisify(execFile)(PYTHON, [path.join(WEB, 'e2e', 'clips.py'), files])
  const asked = [path.join(WEB, 'e2e', 'cloud.py'), built, 'ACCOUNT_SIGN_UP_BONUS=100'] // few: some run out of credits
  const cloud = spawn(PYTHON, asked, { stdio: ['pipe', 'pipe', 'inherit'] })
  const [{ url, database, storage }] = await Promise.all([saidBy(cloud), made])
  project.provide('browser', browser)
  project.provide('url', url)
  project.provide('database', database)
  project.provide('storage', storage)
  project.provide('files', files)
  return async () => {
    await ended(cloud)
    rmSync(files, { recursive: true, force: true })
  }
}

async function saidBy(cloud: ChildProcess): Promise<{ url: string; database: string; storage: string }> {
  if (cloud.stdout === null) throw new Error('The cloud says nothing.')
  for await (const line of createInterface(cloud.stdout)) return JSON.parse(line)
  throw new Error('The cloud ended before it began.')
}

async function ended(cloud: ChildProcess): Promise<void> {
  const gone = new Promise((done) => {
    cloud.once('exit', done)
  })
  cloud.stdin?.end()
  await gone
}
