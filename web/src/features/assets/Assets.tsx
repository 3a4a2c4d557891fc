import IconMusic from '@tabler/icons-react/dist/esm/icons/IconMusic.mjs'
import IconPhoto from '@tabler/icons-react/dist/esm/icons/IconPhoto.mjs'
import { useText } from '../../i18n/useText'
import { blocked } from '../../kit/blocked'
import { Bone } from '../../kit/Bone'
import { ErrorState } from '../../kit/ErrorState'
import { AddFiles, useUploads } from '../uploads/index'
import css from './assets.module.css'
import { AssetRow } from './AssetRow'
import { useAssets } from './queries'

const KINDS = [
  { kind: 'audio', Icon: IconMusic },
  { kind: 'image', Icon: IconPhoto },
] as const

/** A project's music and voice-overs, and the pictures that are laid over its videos. */
export function Assets({ project }: { project: string }) {
  const text = useText()
  const query = useAssets(project)
  const items = useUploads()
  const missing = blocked(query)
  if (missing) return <ErrorState error={missing.error} again={missing.again} />
  if (query.data === undefined) return <Bone height={200} />
  return (
    <div className={css['kinds']}>
      {KINDS.map(({ kind, Icon }) => {
        const assets = query.data.filter((asset) => asset.kind === kind)
        return (
          <section key={kind} className={`${css['kind']} card`} aria-label={text(`assets.title.${kind}`)}>
            <header>
              <h2 className="grow">{text(`assets.title.${kind}`)}</h2>
              <AddFiles project={project} kind={kind} variant="default">
                {text(`assets.add.${kind}`)}
              </AddFiles>
            </header>
            {assets.length === 0 ? (
              <div className={css['none']}>
                <Icon size={28} stroke={1.5} aria-hidden />
                <p className="small">{text(`assets.none.${kind}`)}</p>
              </div>
            ) : (
              <ul>
                {assets.map((asset) => (
                  <AssetRow
                    key={asset.id}
                    asset={asset}
                    item={items.find(({ target }) => target === asset.id)}
                  />
                ))}
              </ul>
            )}
          </section>
        )
      })}
    </div>
  )
}
