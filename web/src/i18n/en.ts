import { merged } from './merged'

export const messages = merged(import.meta.glob('../**/texts/en.json', { eager: true, import: 'default' }))
