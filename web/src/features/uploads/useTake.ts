import { useQueryClient } from '@tanstack/react-query'
import { assetsQuery, clipsQuery } from '../../api/library'
import { useText } from '../../i18n/useText'
import { toast } from '../../kit/toasts'
import { uploads } from './browser'
import { natural, sorted } from './dropped'
import type { Kind } from './queue'

type Given = readonly { file: File; handle?: FileSystemFileHandle }[]

/** Take files for a project, and say what of them was not taken. `as` is what all of them are, if that is known. */
export function useTake(project: string, withPictures = false): (files: Given, as?: Kind) => void {
  const text = useText()
  const client = useQueryClient()
  return (given, as) => {
    const files = natural(given)
    const { choices, pictures } = as ? { choices: files.map((one) => ({ ...one, kind: as })), pictures: [] } : sorted(files, withPictures)
    const library = [
      ...(client.getQueryData(clipsQuery(project).queryKey) ?? []),
      ...(client.getQueryData(assetsQuery(project).queryKey) ?? []),
    ]
    const { again, known } = uploads.add(project, choices, library)
    if (again > 0) toast({ text: text('uploads.goes-on', { count: again }) })
    if (known > 0) toast({ text: text('uploads.known', { count: known }) })
    if (pictures.length > 0) toast({ text: text('uploads.pictures', { count: pictures.length }), bad: true })
    if (choices.length === 0 && pictures.length === 0) toast({ text: text('uploads.nothing') })
  }
}
