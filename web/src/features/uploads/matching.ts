/** Matching: what a chosen file is, and whether it is one that was begun before. */
import type { Asset, Clip } from '../../api/library'
import type { Item, Kind } from './queue'

/** What a file system says of a file. */
export interface Named {
  name: string
  size: number
  lastModified: number
  type: string
}

const VIDEO = /\.(mp4|m4v|mov|qt|mkv|webm|avi|wmv|asf|flv|f4v|mpe?g|m2ts?|mts|ts|vob|3gpp?|3g2|ogv|mxf|dv|y4m|gif|webp)$/i
const SOUND = /\.(mp3|m4a|aac|wav|flac|ogg|oga|opus|aiff?|wma|caf)$/i
const PICTURE = /\.(png|jpe?g|webp)$/i
const HIDDEN = /^(\.|~\$|thumbs\.db$|desktop\.ini$)/i
const UNKNOWN = 'application/octet-stream'

/** Whether a folder has it for itself and not for people. */
export function isHidden({ name }: Named): boolean {
  return HIDDEN.test(name)
}

/** What a file is added as where it was dropped on the page; null for a picture, which belongs to the watermarks. A WebP
 *  may move: where no pictures are taken it is a clip, and what is in it decides. */
export function kindOf({ name, type }: Named, withPictures: boolean): Kind | null {
  if (type.startsWith('audio/') || (SOUND.test(name) && !type.startsWith('video/'))) return 'audio'
  if (!type.startsWith('image/') || type === 'image/gif') return 'clip'
  if (withPictures) return 'image'
  return type === 'image/webp' ? 'clip' : null
}

/** The content type that is asked for: browsers know few suffixes, and what a file is is found out from its content. */
export function contentType(kind: Kind, { name, type }: Named): string {
  if (kind === 'audio') return type.startsWith('audio/') ? type : SOUND.test(name) ? 'audio/mpeg' : type || UNKNOWN
  if (kind === 'image') return type || (PICTURE.test(name) ? 'image/png' : UNKNOWN)
  if (type.startsWith('video/')) return type
  return VIDEO.test(name) || type === '' ? UNKNOWN : type
}

export type Match =
  | { what: 'new' }
  /** It is on its way, or was sent a moment ago. */
  | { what: 'known' }
  /** This page knows of it, without the file or with one that failed. */
  | { what: 'again'; key: string }
  /** The project waits for a file like it, and nothing here knows why: another browser began it. */
  | { what: 'expected'; target: string }

/** Whether a file for a project is one that was begun before. `taken`: clips that another file has just been given to. */
export function match(
  file: Named,
  kind: Kind,
  project: string,
  items: readonly Item[],
  library: readonly (Clip | Asset)[],
  taken: ReadonlySet<string>,
): Match {
  const same = items.find(
    (item) =>
      item.project === project &&
      item.kind === kind &&
      item.name === file.name &&
      item.size === file.size &&
      item.modified === file.lastModified,
  )
  if (same) return same.phase === 'missing' || same.phase === 'failed' ? { what: 'again', key: same.key } : { what: 'known' }
  const held = new Set(items.map((item) => item.target))
  const expected = library.find(
    (one) =>
      one.state === 'expected' &&
      one.name === file.name &&
      one.size_bytes === file.size &&
      ('kind' in one ? one.kind : 'clip') === kind &&
      !held.has(one.id) &&
      !taken.has(one.id),
  )
  return expected ? { what: 'expected', target: expected.id } : { what: 'new' }
}
