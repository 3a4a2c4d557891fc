/**
 * Mending: what is done about clips that cannot be played. Their links may be too old: new ones are asked for, once. What
 * cannot be played from a new one either is given up, until it can be, or a person tries again.
 */
interface Ends<Links> {
  /** Ask for new links. */
  ask: () => Promise<Links>
  /** There are new links. */
  mend: (links: Links) => void
  /** All that is given up now. */
  givenUp: (clips: ReadonlySet<string>) => void
}

export interface Mending {
  broken: (clip: string) => void
  loaded: (clip: string) => void
  again: () => void
}

export function makeMending<Links>({ ask, mend, givenUp }: Ends<Links>): Mending {
  const asked = new Set<string>()
  const given = new Set<string>()
  const forget = (clip: string): void => {
    asked.delete(clip)
    if (given.delete(clip)) givenUp(new Set(given))
  }
  return {
    broken(clip) {
      if (asked.has(clip)) {
        givenUp(new Set(given.add(clip)))
        return
      }
      asked.add(clip)
      ask().then(mend, () => asked.delete(clip)) // without a network nothing is said of the clip
    },
    loaded: forget,
    again: () => [...given].forEach(forget),
  }
}
