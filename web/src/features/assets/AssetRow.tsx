import IconTrash from '@tabler/icons-react/dist/esm/icons/IconTrash.mjs'
import { keys } from '../../api/keys'
import type { Asset } from '../../api/library'
import { useRenew } from '../../api/links'
import { say } from '../../api/sentences'
import { bytes, clock } from '../../i18n/format'
import { type Text, useText } from '../../i18n/useText'
import { attempt } from '../../kit/attempt'
import { toast } from '../../kit/toasts'
import { type Item, stateOf, uploads, whyOf } from '../uploads/index'
import css from './assets.module.css'
import { useAssetChanges } from './queries'

/** A sound to listen to, or a picture to see; how far it is, and what is wrong with it. */
export function AssetRow({ asset, item }: { asset: Asset; item: Item | undefined }) {
  const text = useText()
  const { remove, restore } = useAssetChanges(asset.project_id)
  const { id, name, kind, url, state } = asset
  const stale = useRenew(keys.assets(asset.project_id))
  const onDelete = (): void =>
    attempt(remove.mutateAsync(id), () => {
      uploads.deleted([id])
      const undo = { label: text('kit.undo'), run: () => attempt(restore.mutateAsync(id)) }
      toast({ text: text('assets.deleted', { name }), act: undo })
    })
  return (
    <li className={css['asset']} data-state={state}>
      {kind === 'image' && (
        <span className={css['picture']}>
          {url && <img src={url} alt="" loading="lazy" decoding="async" width={72} height={54} onError={stale} />}
        </span>
      )}
      <div className="grow">
        <p className={`${css['name']} break`}>{name}</p>
        <p className={`${css['state']} tiny`}>{wordsOf(asset, item, text)}</p>
        {/* oxlint-disable-next-line jsx-a11y/media-has-caption -- people's own music */}
        {kind === 'audio' && url && <audio controls preload="none" src={url} aria-label={name} onError={stale} />}
      </div>
      <button type="button" className={css['delete']} aria-label={text('assets.delete', { name })} title={text('assets.delete', { name })} onClick={onDelete}>
        <IconTrash size={18} aria-hidden />
      </button>
    </li>
  )
}

function wordsOf(asset: Asset, item: Item | undefined, text: Text): string {
  const { state, reason, sound, image, size_bytes: size } = asset
  if (state === 'rejected') return reason ? say(reason) : text('assets.rejected')
  if (sound) return [clock(sound.duration_s), bytes(size)].join(' · ')
  if (image) return [`${image.width} × ${image.height}`, image.alpha && text('assets.see-through'), bytes(size)].filter(Boolean).join(' · ')
  if (item === undefined) return text('assets.elsewhere')
  const why = whyOf({ item, one: asset }, text)
  return why ?? text(stateOf(item, asset) === 'reading' ? 'assets.reading' : 'assets.sending')
}
