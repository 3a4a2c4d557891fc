/** Records: which files were begun in this browser, so that a page that is loaded anew knows of them. Never the bytes. */
import type { Item } from './queue'

export interface Kept extends Pick<Item, 'key' | 'project' | 'kind' | 'name' | 'size' | 'modified' | 'target'> {
  user: string
  /** The page that sends it; while that page is open, it is none of the others' business. */
  tab: string
  /** Where the browser has one: leads back to the file after one click. */
  handle?: FileSystemFileHandle
}

const STORE = 'files'

let opened: Promise<IDBDatabase> | null = null

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((done, failed) => {
    const request = indexedDB.open('medley-uploads', 1)
    request.addEventListener('upgradeneeded', () => request.result.createObjectStore(STORE, { keyPath: 'key' }))
    request.addEventListener('success', () => done(request.result))
    request.addEventListener('error', () => failed(request.error))
  })
  return opened
}

async function ask<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const request = work((await database()).transaction(STORE, mode).objectStore(STORE))
  return new Promise((done, failed) => {
    request.addEventListener('success', () => done(request.result))
    request.addEventListener('error', () => failed(request.error))
  })
}

/** A browser that keeps nothing, or has no room, sends all the same. */
export async function keep(kept: Kept): Promise<void> {
  await ask('readwrite', (store) => store.put(kept)).catch(() => undefined)
}

export async function forget(key: string): Promise<void> {
  await ask('readwrite', (store) => store.delete(key)).catch(() => undefined)
}

/** A person's records, of pages that are not open any more. */
export async function left(user: string): Promise<Kept[]> {
  const all: Kept[] = await ask('readonly', (store) => store.getAll()).catch(() => [])
  const open = new Set((await navigator.locks?.query())?.held?.map((lock) => lock.name))
  return all.filter((kept) => kept.user === user && !open.has(lockOf(kept.tab)))
}

/** Say that a page is open for as long as it is. */
export function holdTab(tab: string): void {
  void navigator.locks?.request(lockOf(tab), () => new Promise(() => undefined))
}

function lockOf(tab: string): string {
  return `medley-uploads-${tab}`
}
