/** What other features use of uploads. */
export { AddFiles } from './AddFiles'
export { uploads, useUploads } from './browser'
export { DropPage } from './DropPage'
export type { Item } from './queue'
export { merged, type Shown, stateOf, whyOf } from './rows'
