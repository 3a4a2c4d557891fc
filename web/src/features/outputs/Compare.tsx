import { Button } from '@mantine/core'
import { useRef } from 'react'
import { useText } from '../../i18n/useText'
import { bare, Strip, type StripShot } from '../../kit/Strip'
import css from './panel.module.css'
import { difference, likeness } from './likeness'
import type { Output } from './merge'
import type { Cut } from './queries'
import { Screen } from './Screen'

const names = (clips: readonly string[]): string => clips.map(bare).join(', ')

interface CompareProps {
  generation: string
  two: readonly [Output, Output]
  cuts: ReadonlyMap<number, Cut> | undefined
  stripOf: (shots: Cut['shots']) => StripShot[]
}

/** Two videos side by side, and why they differ. */
export function Compare({ generation, two, cuts, stripOf }: CompareProps) {
  const text = useText()
  const screens = useRef<(HTMLVideoElement | null)[]>([])
  const shots = two.map(({ n }) => cuts?.get(n)?.shots ?? []) as [Cut['shots'], Cut['shots']]
  const { common, onlyFirst, onlySecond, reordered } = difference(...shots)
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
            <Screen
              generation={generation}
              output={output}
              ref={(found) => {
                screens.current[place] = found
              }}
            />
            <figcaption>
              <b>{output.title}</b>
              <Strip shots={stripOf(shots[place] ?? [])} height={30} />
            </figcaption>
          </figure>
        ))}
      </div>
      {cuts && (
        <div className={css['why']} data-testid="why">
          <p>
            <b>{text('outputs.share', { percent: Math.round(100 * likeness(...shots)) })}</b>
          </p>
          <p className="small">{common.length > 0 ? text('outputs.common', { clips: names(common) }) : text('outputs.nothing-common')}</p>
          {onlyFirst.length > 0 && <p className="small">{text('outputs.only', { title: two[0].title, clips: names(onlyFirst) })}</p>}
          {onlySecond.length > 0 && <p className="small">{text('outputs.only', { title: two[1].title, clips: names(onlySecond) })}</p>}
          {reordered && <p className="small">{text('outputs.reordered')}</p>}
        </div>
      )}
      <Button onClick={both}>{text('outputs.play-both')}</Button>
    </div>
  )
}
