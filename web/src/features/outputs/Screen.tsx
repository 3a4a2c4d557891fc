import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type Ref, useRef, useState } from 'react'
import { explain } from '../../api/sentences'
import { useText } from '../../i18n/useText'
import { Bone } from '../../kit/Bone'
import css from './panel.module.css'
import type { Output } from './merge'
import { linkQuery } from './queries'

interface ScreenProps {
  generation: string
  output: Output
  plays?: boolean
  ref?: Ref<HTMLVideoElement>
}

/** One finished video. A link that has ended is asked for anew, and it goes on where it stood. */
export function Screen({ generation, output, plays = false, ref }: ScreenProps) {
  const text = useText()
  const client = useQueryClient()
  const query = linkQuery(generation, output.n)
  const { data: link, error } = useQuery(query)
  const [broken, setBroken] = useState(false)
  const stood = useRef(0)
  const ratio = output.width && output.height ? output.width / output.height : 16 / 9
  if (error) return <p className={css['wrong']}>{explain(error)}</p>
  return (
    <div className={css['screen']} style={{ aspectRatio: ratio, maxWidth: `calc(min(560px, 62dvh) * ${ratio})` }}>
      {link ? (
        // oxlint-disable-next-line jsx-a11y/media-has-caption -- a person's own video has none
        <video
          ref={ref}
          controls
          playsInline
          autoPlay={plays}
          preload="metadata"
          src={link.url}
          poster={output.poster_url ?? undefined}
          aria-label={output.title}
          onTimeUpdate={(event) => {
            if (event.currentTarget.readyState > 0) stood.current = event.currentTarget.currentTime
          }}
          onLoadedMetadata={(event) => {
            setBroken(false)
            if (stood.current > 0) event.currentTarget.currentTime = stood.current
          }}
          onError={() => {
            void client.fetchQuery({ ...query, staleTime: 0 }).then(
              ({ url }) => setBroken(url === link.url), // then it is not the link
              () => undefined,
            )
          }}
        />
      ) : (
        <Bone height="100%" />
      )}
      {broken && <p className={css['wrong']}>{text('outputs.cannot-play')}</p>}
    </div>
  )
}
