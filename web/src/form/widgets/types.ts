import type { ReactNode } from 'react'
import type { Placed } from '../faults'
import type { Field } from '../resolve'

export interface WidgetProps {
  field: Field
  value: unknown
  changed: boolean
  /** Its own under the empty path, those of what is in it by their paths. */
  faults: Placed
  onChange: (value: unknown) => void
  onReset: () => void
}

export type Widget = (props: WidgetProps) => ReactNode
