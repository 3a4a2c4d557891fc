/** The mark: shots of two videos, one above the other. */
export function Logo({ size = 36 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 36 36" aria-hidden focusable="false">
      <rect width="36" height="36" rx="10" fill="var(--mark)" />
      <path d="M8 12h8v5H8zM18 12h10v5H18zM8 19h13v5H8zM23 19h5v5h-5z" fill="#fff" />
    </svg>
  )
}
