import { type RefObject, useLayoutEffect, useRef } from 'react'

/** The newest of a value, for handlers that are set up once. Not to be read while drawing. */
export function useLatest<T>(value: T): RefObject<T> {
  const latest = useRef(value)
  useLayoutEffect(() => {
    latest.current = value
  })
  return latest
}
