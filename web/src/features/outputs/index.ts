/** Outputs, for the page of a generation: the grid, the player, and what is done with videos. */
import { lazy } from 'react'

export { Dialog } from './Dialog'
export { Grid, type GridHandle } from './Grid'
export { likeness, percentOf } from './likeness'
export { isOver, isThere, type Output } from './merge'
export { Naming } from './Naming'
export { Packing } from './Packing'
export { Panel } from './Panel'
export { type Cut, cutsQuery, outputsQuery, renewLinks } from './queries'
export { Screen } from './Screen'
export { NOTHING, type Selection } from './select'
export { SelectionBar } from './SelectionBar'
export { useSaving } from './useSaving'

/** Fetched when two videos are looked at. */
export const Compare = lazy(() => import('./Compare').then((module) => ({ default: module.Compare })))
