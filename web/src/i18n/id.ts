import { merged } from './merged'

export const messages = merged(import.meta.glob('../**/texts/id.json', { eager: true, import: 'default' }))
