import { Button, type ButtonProps } from '@mantine/core'
import IconPlus from '@tabler/icons-react/dist/esm/icons/IconPlus.mjs'
import { useRef } from 'react'
import { useText } from '../../i18n/useText'
import type { Kind } from './queue'
import { useTake } from './useTake'

const ACCEPT: Record<Kind, string> = {
  clip: 'video/*,.mkv,.mts,.m2ts,.ts,.mxf,.avi,.flv,.wmv,.vob,.gif,.webp',
  audio: 'audio/*',
  image: 'image/png,image/jpeg,image/webp',
}

interface AddFilesProps extends ButtonProps {
  project: string
  kind: Kind
  children: string
}

/** A button that asks for files and sends them. */
export function AddFiles({ project, kind, children, ...look }: AddFilesProps) {
  const text = useText()
  const take = useTake(project)
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <Button leftSection={<IconPlus size={18} aria-hidden />} {...look} onClick={() => input.current?.click()}>
        {children}
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={ACCEPT[kind]}
        data-adds={kind}
        aria-label={text('uploads.choose')}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])].map((file) => ({ file }))
          event.currentTarget.value = ''
          if (files.length > 0) take(files, kind)
        }}
      />
    </>
  )
}
