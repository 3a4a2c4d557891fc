import { useMutation } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import type { components } from '../../api/schema'
import { profileChanged } from '../../api/session'
import { failed } from '../../kit/failed'

/** Changes to the profile; what is left out stays. */
export function useProfile() {
  return useMutation({
    mutationFn: (body: components['schemas']['ProfileChanges']) => must(api.PATCH('/v1/me', { body })),
    onSuccess: profileChanged,
    onError: failed,
  })
}
