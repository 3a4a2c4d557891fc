/** Outputs, for the page of a generation: the grid, the player, and what is done with videos. */
import { lazy } from 'react'

export { Dialog } from './Dialog'
export { Grid, type GridHandle } from './Grid'
export { likeness, percentOf } from './likeness'
export { isOver, isThere, type Output } from './merge'
export { Naming } from './Naming'
export { type Cut, cutsQuery, outputsQuery, renewLinks } from './queries'
export { Screen } from './Screen'
export { NOTHING, type Selection } from './select'
export { SelectionBar } from './SelectionBar'
export { useSaving } from './useSaving'

// Fetched when there is an archive, when a video is opened, and when two are looked at.
export const Packing = lazy(() => import('./Packing').then((module) => ({ default: module.Packing })))
export const Panel = lazy(() => import('./Panel').then((module) => ({ default: module.Panel })))
export const Compare = lazy(() => import('./Compare').then((module) => ({ default: module.Compare })))
