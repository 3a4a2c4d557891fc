/** Brings the sample clips into a project that has none, sorted into their groups. */
import type { QueryClient } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import type { Text } from '../../i18n/useText'
import { GROUP_COLORS } from '../../kit/groupColor'
import { uploads } from '../uploads/index'
import { stale } from './queries'
import { askedFor, SAMPLES, sampleFile } from './samples'

/** The samples as files. Raises: TypeError, where there is no network. */
export function sampleFiles(): Promise<File[]> {
  return Promise.all(SAMPLES.flatMap(({ clips }) => clips.map(sampleFile)))
}

/** Send these samples; done when each stands in its group. Their tiles are there at once. */
export async function bringSamples(client: QueryClient, project: string, files: readonly File[], text: Text): Promise<void> {
  uploads.add(project, files.map((file) => ({ file, kind: 'clip' })), [])
  const clips = await askedFor(project, uploads)
  for (const [index, { group, clips: names }] of SAMPLES.entries()) {
    const body = {
      name: text(`groups.usual.${group}`),
      color: GROUP_COLORS[index] ?? null,
      clip_ids: names.flatMap((name) => clips.get(name) ?? []),
    }
    // oxlint-disable-next-line no-await-in-loop -- they stand in the order in which they are made
    await must(api.POST('/v1/projects/{project_id}/groups', { params: { path: { project_id: project } }, body }))
  }
  stale(client, project)
}
