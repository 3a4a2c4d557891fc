/** What other features use of clips. */
export { ClipPlayer } from './ClipPlayer'
export { ClipTile, type TileActs } from './ClipTile'
export { useClipChanges, useClips } from './queries'
