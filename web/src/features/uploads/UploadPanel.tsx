import IconChevronDown from '@tabler/icons-react/dist/esm/icons/IconChevronDown.mjs'
import IconChevronUp from '@tabler/icons-react/dist/esm/icons/IconChevronUp.mjs'
import IconX from '@tabler/icons-react/dist/esm/icons/IconX.mjs'
import { useEffect, useState } from 'react'
import { bytes } from '../../i18n/format'
import { useText } from '../../i18n/useText'
import { Progress } from '../../kit/Progress'
import { uploads } from './browser'
import { GiveAgain } from './GiveAgain'
import css from './panel.module.css'
import { holdsBytes, type Item, percent, type Totals, totals } from './queue'
import { type Row, rowsOf } from './rows'
import { UploadRow } from './UploadRow'
import { useLibraries } from './useLibraries'
import { useOnline } from './useOnline'

const DRAWN = 100
const SHOWN_MS = 15_000 // how long it stays once all is well

/** What is on its way, at the corner of every page until it is put away. */
export function UploadPanel({ items, projects }: { items: readonly Item[]; projects: readonly string[] }) {
  const text = useText()
  const online = useOnline()
  const [wish, setWish] = useState<boolean | null>(null) // whether it is wanted open
  const [away, setAway] = useState(0) // how many files there were when the list was put away
  const rows = rowsOf(items, useLibraries(projects, items))
  const sum = totals(items)
  const moves = sum.sending + sum.waiting > 0
  const count = (...states: Row['state'][]): number => rows.filter(({ state }) => states.includes(state)).length
  const reading = count('reading')
  const title = titleOf(sum, reading)
  const numbers = { count: sum.files - sum.missing, sent: sum.sent, left: sum.failed + sum.missing, ready: count('ready', 'duplicate'), reading }
  const plain = title === 'done' && count('rejected', 'duplicate') === 0 // nothing in it is worth the place it takes
  const open = wish ?? !plain
  const stays = !plain || wish === true
  useEffect(() => {
    const timer = stays ? undefined : setTimeout(() => uploads.clear(), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [stays])
  if (away === items.length && !holdsBytes(items)) return null
  const putAway = (): void => {
    setAway(items.length - sum.sent)
    uploads.clear()
  }
  return (
    <section className={css['panel']} aria-label={text('uploads.title')} data-open={open}>
      <header>
        <div className="grow">
          <h2>{text(`uploads.head.${title}`, numbers)}</h2>
          <p className="tiny">{online ? <Counts rows={rows} sum={sum} done={title === 'done'} /> : text('uploads.offline')}</p>
        </div>
        <button type="button" aria-expanded={open} aria-label={text(open ? 'uploads.less' : 'uploads.more')} onClick={() => setWish(!open)}>
          {open ? <IconChevronDown size={18} aria-hidden /> : <IconChevronUp size={18} aria-hidden />}
        </button>
        {!holdsBytes(items) && (
          <button type="button" aria-label={text('uploads.close')} onClick={putAway}>
            <IconX size={18} aria-hidden />
          </button>
        )}
      </header>
      {holdsBytes(items) && <Progress done={percent(sum)} total={100} label={text('uploads.title')} />}
      {open && (
        <>
          <div className={css['acts']}>
            {moves && <Act text={text('uploads.pause-all')} run={uploads.pauseAll} />}
            {sum.paused > 0 && <Act text={text('uploads.resume-all')} run={uploads.resumeAll} />}
            {sum.failed > 0 && <Act text={text('uploads.retry-all', { count: sum.failed })} run={uploads.retryAll} />}
            {sum.missing > 0 && <GiveAgain items={items} />}
          </div>
          <ul className={css['rows']}>
            {rows.slice(0, DRAWN).map((row) => (
              <UploadRow key={row.item.key} row={row} />
            ))}
          </ul>
          {rows.length > DRAWN && <p className={`${css['rest']} tiny`}>{text('uploads.not-drawn', { count: rows.length - DRAWN })}</p>}
        </>
      )}
    </section>
  )
}

function Act({ text, run }: { text: string; run: () => void }) {
  return (
    <button type="button" className={css['act']} onClick={() => run()}>
      {text}
    </button>
  )
}

function Counts({ rows, sum, done }: { rows: readonly Row[]; sum: Totals; done: boolean }) {
  const text = useText()
  const count = (...states: Row['state'][]): number => rows.filter(({ state }) => states.includes(state)).length
  const [ready, wrong, twice] = [count('ready', 'duplicate'), count('failed', 'rejected'), count('duplicate')]
  const parts = [
    sum.bytes > sum.bytesSent && text('uploads.bytes', { sent: bytes(sum.bytesSent), of: bytes(sum.bytes) }),
    ready > 0 && !done && text('uploads.count.ready', { count: ready }),
    wrong > 0 && text('uploads.count.wrong', { count: wrong }),
    twice > 0 && text('uploads.count.twice', { count: twice }),
  ]
  return <>{parts.filter(Boolean).join(' · ')}</>
}

type Title = 'moves' | 'paused' | 'left' | 'reading' | 'done'

function titleOf({ sending, waiting, paused, failed, missing }: Totals, reading: number): Title {
  if (sending + waiting > 0) return 'moves'
  if (paused > 0) return 'paused'
  if (failed + missing > 0) return 'left'
  return reading > 0 ? 'reading' : 'done'
}
