import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useText } from '../../i18n/useText'
import { attempt } from '../../kit/attempt'
import { bringSamples, sampleFiles } from './bring'

/** The sample clips for an empty project, at a click. */
export function useSamples(project: string): { busy: boolean; bring: () => void } {
  const text = useText()
  const client = useQueryClient()
  const [busy, setBusy] = useState(false)
  return {
    busy,
    bring() {
      setBusy(true)
      const brought = sampleFiles().then((files) => bringSamples(client, project, files, text))
      attempt(brought.finally(() => setBusy(false)))
    },
  }
}
