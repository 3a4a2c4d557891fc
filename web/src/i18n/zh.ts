import { merged } from './merged'

export const messages = merged(import.meta.glob('../**/texts/zh.json', { eager: true, import: 'default' }))
