/** What other features use of assets. */
export { Assets } from './Assets'
