import { useMutation } from '@tanstack/react-query'
import { api, must } from '../../api/client'
import type { components } from '../../api/schema'
import { explain } from '../../api/sentences'
import { profileChanged } from '../../api/session'
import { toast } from '../../kit/toasts'

/** Changes to the profile; what is left out stays. */
export function useProfile() {
  return useMutation({
    mutationFn: (body: components['schemas']['ProfileChanges']) => must(api.PATCH('/v1/me', { body })),
    onSuccess: profileChanged,
    onError: (error) => toast({ text: explain(error), bad: true }),
  })
}
