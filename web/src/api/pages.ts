/** Pages: a whole list of the API, where all of it is needed. */
interface ListPage<T> {
  items: T[]
  next: string | null
}

/** All items, page after page; `ask` is given the `cursor` of each but the first. */
export async function allPages<T>(ask: (cursor: { cursor?: string }) => Promise<ListPage<T>>): Promise<T[]> {
  const items: T[] = []
  let next: string | null = null
  do {
    const page: ListPage<T> = await ask(next === null ? {} : { cursor: next })
    items.push(...page.items)
    next = page.next
  } while (next !== null)
  return items
}
