/** Picture: what an option does, in 48 px: drawn by the key that the schema gives it. An unknown key draws nothing. */
import type { ReactNode } from 'react'

const SOFT = 0.28
const box = (x: number, y: number, width: number, height: number, opacity = 1, key = `${x}.${y}`): ReactNode => (
  <rect key={key} x={x} y={y} width={width} height={height} rx="2.5" fill="currentColor" opacity={opacity} />
)
const frame = (x: number, y: number, width: number, height: number): ReactNode => (
  <rect x={x} y={y} width={width} height={height} rx="3" fill="none" stroke="currentColor" strokeWidth="2" />
)
const path = (d: string, opacity = 1): ReactNode => (
  <path d={d} fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" opacity={opacity} />
)
const person = (x: number, y: number, size: number): ReactNode => (
  <g key="person" fill="currentColor" transform={`translate(${x} ${y}) scale(${size})`}>
    <circle cx="0" cy="-5" r="4.2" />
    <path d="M-8 10c0-6 3.5-9 8-9s8 3 8 9z" />
  </g>
)

/** Three clips in a row, those that are kept in full ink. */
const row = (...kept: readonly number[]): ReactNode => [0, 1, 2, 3].map((n) => box(5 + n * 10, 17, 8, 14, kept.includes(n) ? 1 : SOFT))

const DRAWN: Record<string, ReactNode> = {
  'mode-automatic': <>{[box(6, 8, 10, 14), box(19, 8, 10, 14, SOFT), box(32, 8, 10, 14), box(6, 26, 10, 14, SOFT), box(19, 26, 10, 14), box(32, 26, 10, 14, SOFT)]}</>,
  'mode-groups': (
    <>
      <rect x="5" y="7" width="10" height="13" rx="2.5" fill="var(--g1)" />
      <rect x="5" y="23" width="10" height="13" rx="2.5" fill="var(--g1)" opacity=".35" />
      <rect x="19" y="7" width="10" height="13" rx="2.5" fill="var(--g2)" opacity=".35" />
      <rect x="19" y="23" width="10" height="13" rx="2.5" fill="var(--g2)" />
      <rect x="33" y="7" width="10" height="13" rx="2.5" fill="var(--g3)" />
      <rect x="33" y="23" width="10" height="13" rx="2.5" fill="var(--g3)" opacity=".35" />
      {path('M10 41h28')}
    </>
  ),
  'order-shuffled': <>{path('M7 16h6c8 0 12 16 20 16h7M7 32h6c3 0 5-2 7-5M27 21c2-3 4-5 7-5h6M36 12l5 4-5 4M36 28l5 4-5 4')}</>,
  'order-fixed': <>{path('M7 24h34M35 18l6 6-6 6')}{[box(9, 9, 8, 8), box(20, 9, 8, 8), box(31, 9, 8, 8)]}</>,
  'trim-none': <>{row(0, 1, 2, 3)}</>,
  'trim-head': <>{row(0)}</>,
  'trim-middle': <>{row(1, 2)}</>,
  'trim-tail': <>{row(3)}</>,
  'trim-spread': <>{row(0, 2)}{path('M9 38v-3M29 38v-3')}</>,
  'share-equal': <>{[box(5, 17, 11, 14), box(18.5, 17, 11, 14, 0.6), box(32, 17, 11, 14)]}</>,
  'share-proportional': <>{[box(5, 17, 6, 14), box(13.5, 17, 19, 14, 0.6), box(35, 17, 8, 14)]}</>,
  'share-smart': <>{[box(5, 26, 6, 10, 0.6), box(13.5, 12, 19, 24), box(35, 26, 8, 10, 0.6)]}{path('M17 24l4-5 4 5 4-8', 0)}</>,
  'fit-crop': <>{frame(13, 5, 22, 38)}{box(13, 5, 22, 38, SOFT)}{person(24, 24, 1.1)}</>,
  'fit-pad': <>{frame(13, 5, 22, 38)}{box(14, 17, 20, 14, SOFT)}{person(24, 25, 0.5)}</>,
  'fit-blur': <>{frame(13, 5, 22, 38)}{box(14, 6, 20, 36, 0.14)}{box(14, 17, 20, 14, 0.4)}{person(24, 25, 0.5)}</>,
  'fit-smart': <>{frame(13, 5, 22, 38)}{person(28, 26, 0.8)}{path('M18 16v-3h3M34 13v3', 0.9)}{path('M6 24h4M8 21l-3 3 3 3M42 24h-4M40 21l3 3-3 3', 0.8)}</>,
  'look-none': <>{frame(6, 10, 36, 28)}{person(24, 26, 0.9)}</>,
  'look-mirror': <>{frame(6, 10, 36, 28)}{path('M24 6v36', 0.5)}{path('M20 18l-7 6 7 6zM28 18l7 6-7 6z')}</>,
  'look-zoom-103': <>{frame(6, 10, 36, 28)}{path('M12 20v-5h6M36 20v-5h-6M12 28v5h6M36 28v5h-6', 0.6)}{person(24, 26, 0.8)}</>,
  'look-zoom-106': <>{frame(6, 10, 36, 28)}{person(24, 28, 1.25)}</>,
  'look-warm': <><rect x="6" y="10" width="36" height="28" rx="3" fill="#e8963c" /><circle cx="24" cy="24" r="7" fill="#fff3c4" /></>,
  'look-cool': <><rect x="6" y="10" width="36" height="28" rx="3" fill="#3f7fc4" /><circle cx="24" cy="24" r="7" fill="#dff1ff" /></>,
  'look-mono': <><rect x="6" y="10" width="36" height="28" rx="3" fill="#6b6b6b" /><path d="M24 17a7 7 0 0 1 0 14z" fill="#fff" /><circle cx="24" cy="24" r="7" fill="none" stroke="#fff" strokeWidth="2" /></>,
  'transition-cut': <>{box(5, 13, 17, 22)}{box(26, 13, 17, 22, 0.45)}{path('M24 8v32')}</>,
  'transition-fade': <>{box(5, 13, 13, 22, 0.6)}<rect x="19" y="13" width="10" height="22" fill="#000" stroke="currentColor" strokeWidth="1" />{box(30, 13, 13, 22, 0.6)}</>,
  'transition-dissolve': <>{box(5, 13, 23, 22, 0.5)}{box(20, 13, 23, 22, 0.5)}</>,
  'transition-wipe': <>{box(5, 13, 38, 22, SOFT)}<path d="M7.500 13H28L20 35H7.500A2.500 2.500 0 0 1 5 32.500v-17A2.500 2.500 0 0 1 7.500 13z" fill="currentColor" /></>,
  'transition-slide': <>{box(5, 13, 20, 22, SOFT)}{box(22, 13, 21, 22)}<path d="M37 24H29M32 20l-4 4 4 4" stroke="var(--panel)" strokeWidth="2" fill="none" strokeLinecap="round" /></>,
}

const SHAPE = /^shape-(\d+)-(\d+)$/
const ANCHOR = /^anchor-(top|bottom|left|right|center)(?:-(left|right))?$/
const LONGER = 36

function shape(across: number, down: number): ReactNode {
  const scale = LONGER / Math.max(across, down)
  const [width, height] = [across * scale, down * scale]
  return (
    <>
      {frame(24 - width / 2, 24 - height / 2, width, height)}
      {box(24 - width / 2, 24 - height / 2, width, height, 0.14)}
    </>
  )
}

function anchor(first: string, second: string | undefined): ReactNode {
  const where = [first, second]
  const x = where.includes('left') ? 10 : where.includes('right') ? 29 : 19.5
  const y = where.includes('top') ? 13 : where.includes('bottom') ? 30 : 21.5
  return (
    <>
      {frame(6, 9, 36, 30)}
      {box(x, y, 9, 5)}
    </>
  )
}

function drawn(name: string): ReactNode {
  const [, across, down] = SHAPE.exec(name) ?? []
  if (across && down) return shape(Number(across), Number(down))
  const [, first, second] = ANCHOR.exec(name) ?? []
  if (first) return anchor(first, second)
  return DRAWN[name] ?? null
}

/** Whether there is a picture of this key. */
export function isDrawn(name: string | null): name is string {
  return name !== null && drawn(name) !== null
}

export function Picture({ name }: { name: string }) {
  return (
    <svg width="48" height="48" viewBox="0 0 48 48" aria-hidden focusable="false">
      {drawn(name)}
    </svg>
  )
}
