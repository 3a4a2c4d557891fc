/** Colours of groups: the same everywhere a group is seen. */

export const GROUP_COLORS = ['#e4572e', '#2e6fe4', '#1f9d6b', '#9b51e0', '#d69e00', '#0e94a8'] as const

/** A group's own colour, else that of its place, from 1. */
export function groupColor({ color, position }: { color: string | null; position: number }): string {
  return color ?? GROUP_COLORS[(position - 1) % GROUP_COLORS.length] ?? GROUP_COLORS[0]
}
