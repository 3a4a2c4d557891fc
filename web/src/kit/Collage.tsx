import css from './Collage.module.css'

const GROUPS = [
  ['sunrise', 'dive', 'spark', 'sunrise'],
  ['pour', 'fizz', 'picnic', 'pour'],
  ['offer', 'logo', 'offer', 'logo'],
] as const

/** The sample clips in their groups, as a picture of what is made here. */
export function Collage({ className }: { className?: string | undefined }) {
  return (
    <div className={`${css['collage']} ${className ?? ''}`} aria-hidden>
      {GROUPS.map((clips, group) => (
        <div key={clips[0]} style={{ borderTopColor: `var(--g${group + 1})` }}>
          {clips.map((clip, n) => (
            // oxlint-disable-next-line react/no-array-index-key -- a clip stands here twice
            <img key={n} src={`/samples/${clip}.webp`} alt="" width={150} height={267} loading="lazy" decoding="async" />
          ))}
        </div>
      ))}
    </div>
  )
}
