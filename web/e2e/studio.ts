/** Studio: what a person has before they mix: a project, clips that are ready, groups. Made through the API. */
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, renameSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, inject } from 'vitest'
import { fileOf, SHORT } from './files'
import { Person, type Shape } from './world'

const ROOT = path.resolve(import.meta.dirname, '..', '..')
const PYTHON = process.env['MEDLEY_PYTHON'] ?? path.join(ROOT, '.venv', 'bin', 'python')
const MAKE = `
import sys
from pathlib import Path
from tests import sample_clips
from medley.media.sandbox.ffmpeg import executable
print("\\n".join(str(path) for path in sample_clips.make(Path(sys.argv[1]), str(executable()))))
`
const READY = { timeout: 90_000, interval: 100 }
const STOCK = 5000 // credits, so that no journey meets the end of them

/** The sample clips as files, for what is looked at; drawn once a machine. */
export function sampleClips(): string[] {
  const folder = path.join(os.tmpdir(), `medley-web-samples-${process.getuid?.() ?? 0}`)
  const said = execFileSync(PYTHON, ['-c', MAKE, folder], { cwd: ROOT, encoding: 'utf8' })
  return said.trim().split('\n')
}

/** More credits than an account begins with. */
export function giveCredits({ email }: Person, amount: number): void {
  const program = path.join(import.meta.dirname, 'credits.py')
  execFileSync(PYTHON, [program, inject('database'), email, String(amount)], { cwd: ROOT })
}

/** Lose the file of a clip, as a disk does; what is returned brings it back. */
export function loseFile(clip: string): () => void {
  const folder = inject('storage')
  const records = path.join(folder, 'records')
  const record = readdirSync(records)
    .map((name) => JSON.parse(readFileSync(path.join(records, name), 'utf8')) as { key: string; content: string })
    .find(({ key }) => key.startsWith('uploads/') && key.endsWith(`/${clip}`))
  if (record === undefined) throw new Error(`No file of ${clip} is stored.`)
  const file = path.join(folder, 'content', record.content)
  renameSync(file, `${file}.lost`)
  return () => renameSync(`${file}.lost`, file)
}

const groupOf = ({ name }: { name: string }): string => name.split('-')[0] ?? ''

/** Of this worker's files: whose project is copied, once there is one. */
let stock: Promise<Studio> | undefined

/** One person's project, and what they ask of the API about it. */
export class Studio {
  private constructor(
    private readonly person: Person,
    readonly project: string,
  ) {}

  /** A project of this person with clips that are ready, in groups by their names. */
  static async of(person: Person, files = SHORT.map(fileOf)): Promise<Studio> {
    const { id } = await person.call('POST', '/projects', { app: 'video_mixer', name: 'Sol lemonade' })
    const studio = new Studio(person, id)
    await studio.fill(files)
    return studio
  }

  /** Someone signed in, with a project of eight clips in three groups that nobody else has touched, and credits enough:
   * a copy, which is there much sooner than what is uploaded. Their account has other projects. */
  static async copied(shape: Shape = {}): Promise<{ person: Person; studio: Studio }> {
    stock ??= Studio.stocked()
    const { person: owner, project } = await stock
    const person = await Person.beside(owner, shape)
    const { id } = await person.call('POST', `/projects/${project}/duplicate`, { name: 'Sol lemonade' })
    return { person, studio: new Studio(person, id) }
  }

  private static async stocked(): Promise<Studio> {
    const person = await Person.arrive()
    await person.join()
    giveCredits(person, STOCK)
    const studio = await Studio.of(person)
    await person.leave()
    return studio
  }

  call(...asked: Parameters<Person['call']>): ReturnType<Person['call']> {
    return this.person.call(...asked)
  }

  /** Upload files as clips; those whose names begin alike, up to a hyphen, become a group. */
  private async fill(files: readonly string[]): Promise<void> {
    const sent = await Promise.all(files.map((file) => this.send(file)))
    await expect
      .poll(async () => {
        const { items } = await this.call('GET', `/projects/${this.project}/clips`)
        return items.filter((clip: { state: string }) => clip.state === 'ready').length
      }, READY)
      .toBe(files.length)
    for (const name of new Set(sent.map(groupOf))) {
      const clip_ids = sent.filter((clip) => groupOf(clip) === name).map(({ id }) => id)
      // oxlint-disable-next-line no-await-in-loop -- groups stand in the order they are made in
      await this.call('POST', `/projects/${this.project}/groups`, { name, clip_ids })
    }
  }

  private async send(file: string): Promise<{ id: string; name: string }> {
    const bytes = readFileSync(file)
    const name = path.basename(file)
    const { clip, upload } = await this.call('POST', `/projects/${this.project}/clips`, {
      name,
      size_bytes: bytes.length,
      content_type: name.endsWith('.mp4') ? 'video/mp4' : 'application/octet-stream',
    })
    const { 'content-length': _length, ...headers } = upload.request.headers
    const sent = await fetch(upload.request.url, { method: upload.request.method, headers, body: bytes })
    if (!sent.ok) throw new Error(`${name}: ${sent.status}`)
    return { id: clip.id, name }
  }

  /** Place an order of small drafts. */
  async order(spec: Record<string, unknown>): Promise<string> {
    const order = { spec: { mode: 'groups', resolution: 480, quality: 'draft', ...spec } }
    const { id } = await this.call('POST', `/projects/${this.project}/generations`, order, { 'Idempotency-Key': randomUUID() })
    return id
  }

  /** Wait until an order is in this state. */
  async reached(id: string, what: (generation: { state: string; planned: boolean }) => boolean): Promise<void> {
    await expect.poll(async () => what((await this.call('GET', `/generations/${id}?limit=1`)).generation), READY).toBe(true)
  }

  async generations(): Promise<{ id: string; state: string }[]> {
    return (await this.call('GET', `/projects/${this.project}/generations`)).items
  }

  async balance(): Promise<{ available: number; reserved: number }> {
    return this.call('GET', '/wallet')
  }
}
