/** The Chromium that the journeys drive: this machine's own, or one that an npm package carries with its libraries. */
import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const USUAL = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The program's path. Raises: Error, where there is none and none can be unpacked, or it does not start here. */
export async function findBrowser(): Promise<string> {
  const named = process.env['MEDLEY_CHROMIUM']
  const own = [named, ...USUAL].find((file) => file && existsSync(file))
  const found = own ?? (await unpacked())
  execFileSync(found, ['--version'], { stdio: 'ignore' })
  return found
}

/** The package's browser, with a script before it that alone sees the libraries it brings: on AWS a whole machine would. */
async function unpacked(): Promise<string> {
  const before = { ...process.env }
  process.env['AWS_LAMBDA_JS_RUNTIME'] = 'nodejs24.x'
  const { default: chromium } = await import('@sparticuz/chromium')
  const program = await chromium.executablePath()
  const { LD_LIBRARY_PATH: libraries = '', FONTCONFIG_PATH: fonts = '' } = process.env
  process.env = before
  const script = path.join(tmpdir(), 'medley-chromium')
  const lines = ['#!/bin/sh', `LD_LIBRARY_PATH='${libraries}' FONTCONFIG_PATH='${fonts}' exec '${program}' "$@"`, '']
  writeFileSync(script, lines.join('\n'), { mode: 0o755 })
  return script
}

if (import.meta.main) process.stdout.write(`${await findBrowser()}\n`)
