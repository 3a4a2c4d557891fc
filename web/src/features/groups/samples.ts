/** Samples: clips that the site brings along, so that a first project is not empty for long. */
import type { Item, uploads } from '../uploads/index'

export const SAMPLES = [
  { group: 'hook', clips: ['sunrise', 'dive', 'spark'] },
  { group: 'body', clips: ['pour', 'fizz', 'picnic'] },
  { group: 'call', clips: ['logo', 'offer'] },
] as const

const MADE = Date.UTC(2026, 10, 28) // the same each time, so that one that was begun is known again

/** A sample as a file. Raises: TypeError, where there is no network; Error, where it is not there. */
export async function sampleFile(name: string): Promise<File> {
  const answer = await fetch(`/samples/${name}.mp4`)
  if (!answer.ok) throw new Error(`There is no sample ${name}.`)
  return new File([await answer.blob()], `${name}.mp4`, { type: 'video/mp4', lastModified: MADE })
}

/** The clip that each sample of a project became, by its name, once all are asked for; one that failed has none. */
export function askedFor(project: string, { items, subscribe }: typeof uploads): Promise<Map<string, string>> {
  const names = new Set<string>(SAMPLES.flatMap(({ clips }) => clips.map((name) => `${name}.mp4`)))
  return new Promise((done) => {
    const look = (): void => {
      const ours = items().filter((item) => item.project === project && names.has(item.name))
      if (!ours.every(({ target, phase }) => target !== null || phase === 'failed')) return
      end()
      done(clipsOf(ours))
    }
    const end = subscribe(look)
    look()
  })
}

function clipsOf(items: readonly Item[]): Map<string, string> {
  return new Map(items.flatMap(({ name, target }) => (target === null ? [] : [[name.replace(/\.mp4$/, ''), target] as const])))
}
