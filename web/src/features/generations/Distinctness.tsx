import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { type MouseEvent, useMemo, useState } from 'react'
import { say } from '../../api/sentences'
import { number } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { blocked } from '../../kit/blocked'
import { Bone } from '../../kit/Bone'
import { ErrorState } from '../../kit/ErrorState'
import { type Cut, percentOf } from '../outputs/index'
import { matrix, shades } from './matrix'
import css from './distinctness.module.css'
import { type Distinctness as Figures, distinctnessQuery, type Generation } from './queries'

const PLOTTED = 36
const CELL = 10
const SHADES = 16

interface DistinctnessProps {
  generation: Generation
  /** Of the videos that are compared. */
  cuts: ReadonlyMap<number, Cut> | undefined
  /** Where they are from. */
  manifest: UseQueryResult
  onPair: (one: number, other: number) => void
}

/** How unlike each other the videos are, as a plot and as a table. */
export function Distinctness({ generation, cuts, manifest, onPair }: DistinctnessProps) {
  const text = useText()
  const ended = generation.state !== 'running'
  const figures = useQuery({ ...distinctnessQuery(generation.id, ended ? generation.seq : 0), enabled: generation.planned })
  const { data } = figures
  const missing = blocked(manifest, figures)
  if (!generation.planned || generation.outputs_total < 2 || (cuts && cuts.size < 2)) return null
  return (
    <section className={`${css['card']} card`} aria-labelledby="unlike" data-testid="distinctness">
      <h2 id="unlike">{text('generations.unlike')}</h2>
      {missing && <ErrorState error={missing.error} again={missing.again} />}
      {cuts ? <Plot cuts={cuts} onPair={onPair} /> : !missing && <Bone height={180} />}
      {data && <Words data={data} />}
      {data && <Table data={data} />}
    </section>
  )
}

function Plot({ cuts, onPair }: Pick<DistinctnessProps, 'onPair'> & { cuts: ReadonlyMap<number, Cut> }) {
  const text = useText()
  const plotted = useMemo(() => matrix(cuts, PLOTTED), [cuts])
  const { numbers, shares } = plotted
  const drawn = useMemo(() => shades(plotted, SHADES).map(({ share, cells }) => ({ share, path: squares(cells) })), [plotted])
  const [pointed, setPointed] = useState<readonly [number, number] | null>(null)
  const size = numbers.length * CELL
  const [row, column] = pointed ?? []
  const share = row === undefined || column === undefined ? undefined : shares[row]?.[column]
  const at = ({ currentTarget, clientX, clientY }: MouseEvent<SVGElement>): readonly [number, number] => {
    const { left, top, width, height } = currentTarget.getBoundingClientRect()
    return [placeAt((clientY - top) / height, numbers.length), placeAt((clientX - left) / width, numbers.length)]
  }
  return (
    <figure className={css['plot']}>
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- two videos are compared by keys from the grid */}
      <svg
        viewBox={`0 0 ${size} ${size}`}
        role="img"
        aria-label={text('generations.plot', { count: numbers.length })}
        onPointerMove={(event) => setPointed(at(event))}
        onPointerLeave={() => setPointed(null)}
        onClick={(event) => {
          const [y, x] = at(event)
          if (x !== y) onPair(numbers[y] ?? 1, numbers[x] ?? 1)
        }}
      >
        <path d={squares(numbers.map((_, n) => [n, n]))} fill="var(--line2)" />
        {drawn.map(({ share: full, path }) => (
          <path key={full} d={path} fill="var(--accent)" opacity={0.06 + 0.94 * full} />
        ))}
        {pointed && row !== column && (
          <rect x={(column ?? 0) * CELL + 0.5} y={(row ?? 0) * CELL + 0.5} width={CELL - 1} height={CELL - 1} />
        )}
      </svg>
      <figcaption className="tiny">
        {share === undefined || row === column
          ? text('generations.plot-how')
          : text('generations.pair', { one: numbers[row ?? 0] ?? 0, other: numbers[column ?? 0] ?? 0, percent: percentOf(share) })}
      </figcaption>
    </figure>
  )
}

/** Which of so many squares a point is in, by its share of all of them. */
function placeAt(along: number, count: number): number {
  return Math.min(count - 1, Math.max(0, Math.floor(along * count)))
}

/** Squares as one path: a plot of many is a few elements. */
function squares(cells: readonly (readonly [number, number])[]): string {
  const side = CELL - 1
  return cells.map(([x, y]) => `M${x * CELL + 0.5} ${y * CELL + 0.5}h${side}v${side}h-${side}z`).join('')
}

function Words({ data }: { data: Figures }) {
  const text = useText()
  const { footage, openings } = data
  return (
    <p className="small">
      {footage.pair && text('generations.most-alike', { one: footage.pair[0] ?? 0, other: footage.pair[1] ?? 0, percent: percentOf(footage.most_percent / 100) })}{' '}
      {text('generations.openings', { distinct: openings.distinct, videos: data.videos })}
    </p>
  )
}

const percent = (value: number): string => `${number(Math.round(value * 10) / 10)} %`

function Table({ data }: { data: Figures }) {
  const text = useText()
  const rows = [
    ['footage', data.footage],
    ['source', data.source],
    ['in-order', data.in_order],
    ...(data.pictures ? ([['pictures', data.pictures.any_order]] as const) : []),
  ] as const
  return (
    <details className={css['details']}>
      <summary>{text('generations.figures')}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{text('generations.same')}</th>
            <th scope="col">{text('generations.most')}</th>
            <th scope="col">{text('generations.average')}</th>
            <th scope="col">{text('generations.over-half')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, likeness]) => (
            <tr key={name}>
              <th scope="row">{text(`generations.same.${name}`)}</th>
              <td>{percent(likeness.most_percent)}</td>
              <td>{percent(likeness.average_percent)}</td>
              <td>{number(likeness.pairs_over_half)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {data.notes.map((note) => (
        <p key={note.code} className="tiny">
          {say(note)}
        </p>
      ))}
    </details>
  )
}
