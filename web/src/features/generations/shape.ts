/** The shape of a generation's pictures, before the first of them is there. */
import type { Output } from '../outputs/index'
import type { Generation } from './queries'

const USUAL = 16 / 9

/** Width to height. */
export function ratioOf(generation: Generation, outputs: readonly Output[]): number {
  const made = outputs.find(({ width, height }) => width !== null && height !== null)
  if (made?.width && made.height) return made.width / made.height
  const [across, down] = String(generation.spec['aspect'] ?? '').split(':').map(Number)
  return across && down ? across / down : USUAL
}
