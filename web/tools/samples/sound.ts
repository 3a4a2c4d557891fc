/** Sounds of the samples: a kick on each beat, a hat between, and plucked notes over a bass, at 120 beats a minute. */

const RATE = 48_000
const BEAT_S = 0.5
const BASE_HZ = 130.81 // C3
const STEPS = [0, 7, 12, 16, 19, 16, 12, 7] // of the plucks, in semitones above the root

/** Mono samples of so many seconds, whose chord is `root` semitones above C. */
export function soundOf(seconds: number, root: number): Float32Array {
  const sound = new Float32Array(seconds * RATE)
  const add = (from: number, length: number, sample: (t: number) => number): void => {
    const start = Math.round(from * RATE)
    for (let n = 0; n < length * RATE && start + n < sound.length; n += 1)
      sound[start + n] = (sound[start + n] ?? 0) + sample(n / RATE)
  }
  const hz = (semitones: number): number => BASE_HZ * 2 ** ((root + semitones) / 12)
  let noise = 1
  for (let beat = 0; beat * BEAT_S < seconds; beat += 1) {
    const from = beat * BEAT_S
    add(from, 0.22, (t) => 0.55 * Math.exp(-t * 18) * Math.sin(2 * Math.PI * (48 * t + 5.5 * (1 - Math.exp(-t * 30)))))
    add(from + BEAT_S / 2, 0.06, (t) => {
      noise = (noise * 16_807) % 2_147_483_647
      return 0.09 * Math.exp(-t * 70) * (noise / 1_073_741_823 - 1)
    })
    add(from, BEAT_S, (t) => 0.16 * Math.exp(-t * 4) * Math.sin(2 * Math.PI * hz(-12) * t))
    for (let half = 0; half < 2; half += 1) {
      const step = STEPS[(2 * beat + half) % STEPS.length] ?? 0
      add(from + half * (BEAT_S / 2), 0.45, (t) => 0.15 * Math.exp(-t * 7) * pluck(hz(step + 12), t))
    }
  }
  const fade = RATE / 200 // 5 ms at both ends, so that no cut clicks
  for (let n = 0; n < fade; n += 1) {
    sound[n] = (sound[n] ?? 0) * (n / fade)
    const last = sound.length - 1 - n
    sound[last] = (sound[last] ?? 0) * (n / fade)
  }
  return sound
}

function pluck(hz: number, t: number): number {
  const turn = 2 * Math.PI * hz * t
  return Math.sin(turn) + 0.4 * Math.sin(2 * turn) * Math.exp(-t * 9) + 0.2 * Math.sin(3 * turn) * Math.exp(-t * 14)
}

/** A WAV file of 16 bits. */
export function wav(sound: Float32Array): Buffer {
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + sound.length * 2, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(RATE, 24)
  head.writeUInt32LE(RATE * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(sound.length * 2, 40)
  const body = Buffer.alloc(sound.length * 2)
  sound.forEach((sample, n) => body.writeInt16LE(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767), n * 2))
  return Buffer.concat([head, body])
}
