/** Colours of groups: the same everywhere a group is seen. */
import { GROUP_COLORS } from '../theme/colors'

export { GROUP_COLORS }

/** A group's own colour, else that of its place, from 1. */
export function groupColor({ color, position }: { color: string | null; position: number }): string {
  return color ?? GROUP_COLORS[(position - 1) % GROUP_COLORS.length] ?? GROUP_COLORS[0]
}
