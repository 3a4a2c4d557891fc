/** Colours of groups, in their order: hook, body, call to action, ... The API is told them too, so they are no tokens. */
export const GROUP_COLORS = ['#e4572e', '#2e6fe4', '#1f9d6b', '#9b51e0', '#d69e00', '#0e94a8'] as const
