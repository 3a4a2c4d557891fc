/** Library: what the fields of a form can name: the project's clips, groups and assets. */
import { createContext, useContext } from 'react'

export interface Named {
  id: string
  name: string
  /** A picture of it, where there is one. */
  picture?: string | null
  /** Its colour, as CSS. */
  color?: string
  /** Of an asset: `audio` or `image`. */
  kind?: string
  /** Of a group: how many clips are in it. */
  count?: number
}

export interface Library {
  clips: readonly Named[]
  groups: readonly Named[]
  assets: readonly Named[]
}

export const NOTHING: Library = { clips: [], groups: [], assets: [] }
export const LibraryOfForm = createContext<Library>(NOTHING)
export const useLibrary = (): Library => useContext(LibraryOfForm)

export function nameIn(library: Library): (id: string) => Named | undefined {
  const all = new Map([...library.clips, ...library.groups, ...library.assets].map((each) => [each.id, each]))
  return (id) => all.get(id)
}
