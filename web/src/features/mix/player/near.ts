/** Near: how what the player cannot do exactly is shown near enough, and what that is. */
import type { CSSProperties } from 'react'
import type { Values } from '../../../form/values'

const LOOKS: Record<string, CSSProperties> = {
  mirror: { transform: 'scaleX(-1)' },
  zoom_103: { transform: 'scale(1.03)' },
  zoom_106: { transform: 'scale(1.06)' },
  warm: { filter: 'sepia(0.25) saturate(1.25) brightness(1.03)' },
  cool: { filter: 'saturate(0.95) hue-rotate(8deg) brightness(1.02)' },
  mono: { filter: 'grayscale(1)' },
}

export function lookOf(look: string): CSSProperties {
  return LOOKS[look] ?? {}
}

export function fitOf(spec: Values): CSSProperties {
  return { objectFit: spec['fit'] === 'pad' || spec['fit'] === 'blur' ? 'contain' : 'cover' }
}

/** Within the safe margins, as `top_left`. */
export function placeOf(anchor: string): CSSProperties {
  const across = anchor.includes('left') ? 'flex-start' : anchor.includes('right') ? 'flex-end' : 'center'
  const down = anchor.includes('top') ? 'flex-start' : anchor.includes('bottom') ? 'flex-end' : 'center'
  return { justifyContent: across, alignItems: down, textAlign: anchor.includes('left') ? 'left' : anchor.includes('right') ? 'right' : 'center' }
}

export interface Layer {
  asset: string
  volume: number
  loop: boolean
}

export interface Mark {
  asset: string
  anchor: string
  width: number
  opacity: number
}

const part = (spec: Values, name: string): Values | null => {
  const value = spec[name]
  return typeof value === 'object' && value !== null ? (value as Values) : null
}

/** Music or a voice-over that is heard. */
export function layerOf(spec: Values, name: 'music' | 'voice'): Layer | null {
  const given = part(spec, name)
  if (typeof given?.['asset'] !== 'string') return null
  const usual = name === 'music' ? 35 : 100
  const volume = Number(given['volume_percent'] ?? usual) / 100
  return { asset: given['asset'], volume: Math.min(1, volume), loop: name === 'music' && given['loop'] !== false }
}

export function markOf(spec: Values): Mark | null {
  const given = part(spec, 'watermark')
  if (typeof given?.['asset'] !== 'string') return null
  return {
    asset: given['asset'],
    anchor: String(given['anchor'] ?? 'bottom_right'),
    width: Number(given['width_percent'] ?? 15),
    opacity: Number(given['opacity_percent'] ?? 80) / 100,
  }
}

export function captionStyleOf(spec: Values): { anchor: string; size: number } {
  const given = part(spec, 'caption_style')
  return { anchor: String(given?.['anchor'] ?? 'bottom'), size: Number(given?.['size_percent'] ?? 6) }
}

/** What of a spec the player shows near enough only; names of sentences. */
export function simplified(spec: Values): string[] {
  const looks = Array.isArray(spec['looks']) && spec['looks'].some((look) => look !== 'none')
  const groups = Array.isArray(spec['groups']) ? (spec['groups'] as Values[]) : []
  const found: [string, boolean][] = [
    ['looks', looks],
    ['transitions', !['cut', undefined].includes(spec['transition'] as string)],
    ['frame', ['blur', 'smart'].includes(String(spec['fit']))],
    ['captions', Boolean(spec['caption']) || groups.some((group) => Boolean(group['caption']))],
    ['watermark', markOf(spec) !== null],
    ['sound', layerOf(spec, 'music') !== null || layerOf(spec, 'voice') !== null || groups.some((group) => 'volume_percent' in group)],
  ]
  return found.filter(([, used]) => used).map(([name]) => name)
}
