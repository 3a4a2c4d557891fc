/** Thousand: an order of a thousand videos, as long as nobody waits for them. */
import { giveCredits, Studio } from './studio'
import type { Person } from './world'

/** Order a thousand small videos, wait for their plan, and stop: the page of it has them all. Returns its id. */
export async function orderThousand(person: Person, studio: Studio): Promise<string> {
  giveCredits(person, 3000)
  const id = await studio.order({ count: 1000, mode: 'automatic' })
  await studio.reached(id, ({ planned }) => planned)
  await studio.call('POST', `/generations/${id}/cancel`)
  return id
}
