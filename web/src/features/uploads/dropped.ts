/** Dropped: the files of a drop, those in folders too, with a way back to each where the browser has one. */
import { isHidden, kindOf } from './matching'
import type { Choice } from './uploads'

const MOST = 2000 // of one drop; a project holds fewer

export interface Found {
  choices: Choice[]
  /** Pictures, which cannot be clips. */
  pictures: File[]
}

/** Whether something that is dragged over the page is files. */
export function hasFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes('Files') ?? false
}

/** The files of a drop. To be called while the event is handled: afterwards a browser gives none. */
export async function filesOf(transfer: DataTransfer): Promise<{ file: File; handle?: FileSystemFileHandle }[]> {
  const entries = [...transfer.items].flatMap((item) => {
    if (item.kind !== 'file') return []
    const entry = item.webkitGetAsEntry()
    const file = item.getAsFile()
    const handle = 'getAsFileSystemHandle' in item ? (item.getAsFileSystemHandle as () => Promise<unknown>)() : null
    return [{ entry, file, handle }]
  })
  const found = await Promise.all(
    entries.map(async ({ entry, file, handle }) => {
      if (entry?.isDirectory) return (await inside(entry as FileSystemDirectoryEntry)).map((each) => ({ file: each }))
      if (file === null) return []
      const known = await Promise.resolve(handle).catch(() => null)
      return [{ file, ...(isFileHandle(known) && { handle: known }) }]
    }),
  )
  return found.flat().slice(0, MOST)
}

/** Files by their names, as people count: 2 before 10. They become clips in this order. */
export function natural<T extends { file: { name: string } }>(files: readonly T[]): T[] {
  const { compare } = new Intl.Collator(undefined, { numeric: true })
  return files.toSorted((one, other) => compare(one.file.name, other.file.name))
}

/** What files are added as; whether pictures may be added here. */
export function sorted(files: readonly { file: File; handle?: FileSystemFileHandle }[], withPictures: boolean): Found {
  const seen = files.filter(({ file }) => !isHidden(file))
  const choices: Choice[] = []
  const pictures: File[] = []
  for (const { file, handle } of seen) {
    const kind = kindOf(file, withPictures)
    if (kind === null) pictures.push(file)
    else choices.push({ file, kind, ...(handle && { handle }) })
  }
  return { choices, pictures }
}

async function inside(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const reader = folder.createReader()
  const found: File[] = []
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- a folder is read in portions
    const portion = await new Promise<FileSystemEntry[]>((done) => reader.readEntries(done, () => done([])))
    if (portion.length === 0 || found.length > MOST) return found
    // oxlint-disable-next-line no-await-in-loop
    const files = await Promise.all(portion.map((entry) => (entry.isDirectory ? inside(entry as FileSystemDirectoryEntry) : fileOf(entry))))
    found.push(...files.flat())
  }
}

function fileOf(entry: FileSystemEntry): Promise<File[]> {
  return new Promise((done) => (entry as FileSystemFileEntry).file((file) => done([file]), () => done([])))
}

function isFileHandle(handle: unknown): handle is FileSystemFileHandle {
  return typeof handle === 'object' && handle !== null && (handle as { kind?: string }).kind === 'file'
}
