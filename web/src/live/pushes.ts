/** Pushes: what each kind of hint from the socket makes stale. A hint may be late or lost; the API has the truth. */
import type { QueryClient } from '@tanstack/react-query'
import { keys } from '../api/keys'
import type { components } from '../api/schema'

type Schemas = components['schemas']
export type Push =
  | Schemas['ClipChanged']
  | Schemas['AssetChanged']
  | Schemas['GenerationChanged']
  | Schemas['WalletChanged']
  | Schemas['BundleChanged']
  | Schemas['SocketClosing']

interface Counted {
  seq: number
}

/** Of two states of one thing, the later. Answers overtake each other; what is on the screen never goes back. */
export function later<T extends Counted>(old: T | undefined, fresh: T): T {
  return old !== undefined && old.seq > fresh.seq ? old : fresh
}

/** The same as an option of queries, for those whose data is one thing that counts its changes. */
export function keepLater<T>(old: T | undefined, fresh: T): T {
  return later(old as Counted | undefined, fresh as Counted) as T
}

/** Take a hint: move what it says at once, and ask again for what it says nothing of. */
export function take(client: QueryClient, push: Push): void {
  switch (push.type) {
    case 'clip_changed':
      return stale(client, keys.clips(push.project_id), keys.quotes(push.project_id), keys.plans(push.project_id))
    case 'asset_changed':
      return stale(client, keys.assets(push.project_id))
    case 'wallet_changed':
      client.setQueryData<Schemas['Wallet']>(keys.wallet, (old) =>
        old && { ...old, available: push.available, reserved: push.reserved },
      )
      return stale(client, keys.wallet, keys.entries)
    case 'bundle_changed':
      return stale(client, keys.bundles, keys.bundle(push.bundle_id))
    case 'generation_changed':
      return generationChanged(client, push)
  }
}

/** The end is taken from the API whole: what it cost and when is in no hint. */
function generationChanged(client: QueryClient, push: Schemas['GenerationChanged']): void {
  const { type: _type, generation_id: id, ...fields } = push
  const key = keys.generation(id)
  const old = client.getQueryData<Schemas['Generation']>(key)
  if (old !== undefined && old.seq >= push.seq) return
  if (old !== undefined && push.state === 'running') client.setQueryData(key, { ...old, ...(fields as Partial<Schemas['Generation']>) })
  stale(client, keys.outputs(id), keys.generations)
  if (old === undefined || old.seq + 1 < push.seq || push.state !== 'running') stale(client, key) // a gap, or the end
}

function stale(client: QueryClient, ...which: readonly (readonly unknown[])[]): void {
  for (const queryKey of which) void client.invalidateQueries({ queryKey })
}
