import { Button } from '@mantine/core'
import { useRef } from 'react'
import { fraction, quantity } from '../../form/summary'
import { number } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { bare, Strip, type StripShot } from '../../kit/Strip'
import css from './panel.module.css'
import { type Apart, difference, type Part } from './difference'
import { likeness, percentOf } from './likeness'
import { isThere, type Output, standingOf } from './merge'
import type { Cut } from './queries'
import { Screen } from './Screen'
import { useLooks } from './useLooks'

const names = (clips: readonly string[]): string => clips.map(bare).join(', ')

/** `hook (1× / 1.25×)`: each clip, and how either video shows it. */
function apart<T>(found: readonly Apart<T>[], said: (each: T) => string): string {
  return found.map(({ name, first, second }) => `${bare(name)} (${first.map(said).join(', ')} / ${second.map(said).join(', ')})`).join('; ')
}

interface CompareProps {
  generation: string
  app: string
  two: readonly [Output, Output]
  cuts: ReadonlyMap<number, Cut> | undefined
  stripOf: (shots: Cut['shots']) => StripShot[]
}

/** Two videos side by side, and why they differ. */
export function Compare({ generation, app, two, cuts, stripOf }: CompareProps) {
  const text = useText()
  const screens = useRef<(HTMLVideoElement | null)[]>([])
  const shots = two.map(({ n }) => cuts?.get(n)?.shots ?? []) as [Cut['shots'], Cut['shots']]
  const both = (): void => {
    for (const screen of screens.current) {
      if (!screen) continue
      screen.currentTime = 0
      void screen.play().catch(() => undefined)
    }
  }
  return (
    <div className={css['compare']}>
      <div className={css['pair']}>
        {two.map((output, place) => (
          <figure key={output.n}>
            {isThere(output) ? (
              <Screen
                generation={generation}
                output={output}
                ref={(found) => {
                  screens.current[place] = found
                }}
              />
            ) : (
              <p className={css['absent']}>{text(`outputs.state.${standingOf(output)}`)}</p>
            )}
            <figcaption>
              <b>{output.title}</b>
              <Strip shots={stripOf(shots[place] ?? [])} height={30} />
            </figcaption>
          </figure>
        ))}
      </div>
      {cuts && <Why app={app} titles={[two[0].title, two[1].title]} shots={shots} />}
      <Button onClick={both}>{text('outputs.play-both')}</Button>
    </div>
  )
}

interface WhyProps {
  app: string
  titles: readonly [string, string]
  shots: readonly [Cut['shots'], Cut['shots']]
}

/** What two videos share, and all that tells them apart. */
function Why({ app, titles, shots }: WhyProps) {
  const text = useText()
  const lookOf = useLooks(app)
  const { common, onlyFirst, onlySecond, speeds, looks, parts, reordered } = difference(...shots)
  const times = (speed: string): string => quantity(fraction(speed), 'x', text)
  const seconds = ({ from, to }: Part): string => quantity(`${number(from)}–${number(to)}`, 's', text)
  const lines = [
    common.length > 0 ? text('outputs.common', { clips: names(common) }) : text('outputs.nothing-common'),
    onlyFirst.length > 0 && text('outputs.only', { title: titles[0], clips: names(onlyFirst) }),
    onlySecond.length > 0 && text('outputs.only', { title: titles[1], clips: names(onlySecond) }),
    speeds.length > 0 && text('outputs.other-speeds', { clips: apart(speeds, times) }),
    looks.length > 0 && text('outputs.other-looks', { clips: apart(looks, lookOf) }),
    parts.length > 0 && text('outputs.other-parts', { clips: apart(parts, seconds) }),
    reordered && text('outputs.reordered'),
  ]
  return (
    <div className={css['why']} data-testid="why">
      <p>
        <b>{text('outputs.share', { percent: percentOf(likeness(...shots)) })}</b>
      </p>
      {lines.flatMap((line) => (line ? [<p key={line} className="small">{line}</p>] : []))}
    </div>
  )
}
