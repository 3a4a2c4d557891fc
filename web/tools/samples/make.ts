/**
 * Films the sample clips: `node tools/samples/make.ts` writes `public/samples/` anew, or the clips it names. Pictures are drawn by `scenes.js` in
 * a browser, sounds are computed here; all clips share one pulse, so that every cut falls on a beat.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { chromium } from 'playwright-core'
import { findBrowser } from '../../e2e/browser.ts'
import { soundOf, wav } from './sound.ts'

export const CLIPS = [
  { group: 'hook', name: 'sunrise', seconds: 2, root: 0 },
  { group: 'hook', name: 'dive', seconds: 2, root: 3 },
  { group: 'hook', name: 'spark', seconds: 2, root: 5 },
  { group: 'body', name: 'pour', seconds: 3, root: 5 },
  { group: 'body', name: 'fizz', seconds: 3, root: 3 },
  { group: 'body', name: 'picnic', seconds: 3, root: 0 },
  { group: 'call-to-action', name: 'logo', seconds: 2, root: 0 },
  { group: 'call-to-action', name: 'offer', seconds: 2, root: 5 },
] as const

const FPS = 30
const WEB = path.resolve(import.meta.dirname, '..', '..')
const OUT = path.join(WEB, 'public', 'samples')
const PYTHON = path.join(WEB, '..', '.venv', 'bin', 'python')
const FONTS = path.join(WEB, 'node_modules', '@fontsource', 'rubik', 'files')

function ffmpeg(...options: string[]): string[] {
  const program = execFileSync(PYTHON, ['-c', 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())'])
  return [program.toString().trim(), '-hide_banner', '-loglevel', 'error', '-y', ...options]
}

function read(name: string): string {
  return readFileSync(path.join(import.meta.dirname, name), 'utf8')
}

async function film(): Promise<void> {
  const browser = await chromium.launch({ executablePath: await findBrowser(), args: ['--no-sandbox'] })
  const page = await browser.newPage()
  await page.setContent('<canvas id="canvas" width="720" height="1280"></canvas>')
  const code = read('brushes.js') + read('scenes.js').replaceAll(/^import .*$/gm, '')
  await page.addScriptTag({ content: code.replaceAll(/^export /gm, '') })
  for (const weight of ['700', '900']) {
    const font = readFileSync(path.join(FONTS, `rubik-latin-${weight}-normal.woff2`)).toString('base64')
    await page.evaluate(
      async ([data, of]) => {
        const face = new FontFace('Rubik', `url(data:font/woff2;base64,${data})`, { weight: String(of) })
        document.fonts.add(await face.load())
      },
      [font, weight],
    )
  }
  mkdirSync(OUT, { recursive: true })
  const named = process.argv.slice(2)
  for (const clip of CLIPS.filter(({ name }) => named.length === 0 || named.includes(name))) {
    const sound = path.join(OUT, `${clip.name}.wav`)
    const file = path.join(OUT, `${clip.name}.mp4`)
    writeFileSync(sound, wav(soundOf(clip.seconds, clip.root)))
    const picture = ['-f', 'image2pipe', '-framerate', String(FPS), '-c:v', 'mjpeg', '-i', 'pipe:0', '-i', sound]
    const video = ['-c:v', 'libx264', '-preset', 'medium', '-crf', '25', '-g', '60']
    const range = ['-vf', 'scale=in_range=full:out_range=tv,format=yuv420p', '-color_range', 'tv']
    const [program = '', ...options] = ffmpeg(
      ...picture, ...range, ...video, '-c:a', 'aac', '-b:a', '96k', '-t', String(clip.seconds), '-movflags', '+faststart', file,
    )
    const encoder = spawn(program, options, { stdio: ['pipe', 'inherit', 'inherit'] })
    const done = new Promise((ended) => {
      encoder.once('exit', ended)
    })
    for (let frame = 0; frame < clip.seconds * FPS; frame += 1) {
      const shot = await page.evaluate(
        ([name, t]) => {
          const canvas = document.getElementById('canvas') as HTMLCanvasElement
          const draw = (globalThis as unknown as { drawScene: (...all: unknown[]) => void }).drawScene
          draw(canvas, name, t)
          return canvas.toDataURL('image/jpeg', 0.97).slice('data:image/jpeg;base64,'.length)
        },
        [clip.name, frame / FPS] as const,
      )
      encoder.stdin.write(Buffer.from(shot, 'base64'))
    }
    encoder.stdin.end()
    await done
    const [again = '', ...poster] = ffmpeg('-ss', '1.3', '-i', file, '-frames:v', '1', '-vf', 'scale=270:-2', '-q:v', '60', path.join(OUT, `${clip.name}.webp`))
    execFileSync(again, poster)
    rmSync(sound)
  }
  await browser.close()
}

await film()
