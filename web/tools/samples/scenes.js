// Scenes of an advertisement for a lemonade that does not exist: three hooks, three bodies, two calls to action. Each is
// a function of time that draws one frame; `tools/samples/make.ts` films them. Runs in a page, on a 2D canvas.
import { at, back, bubbles, can, clamp, CREAM, DEEP, dice, disc, fill, H, LEAF, lemon, mix, ORANGE, out, rays, SUN, W, wave, words } from './brushes.js'

function sunrise(c, t) {
  fill(c, '#ff4b5c', '#ffd36b')
  const y = mix(1240, 760, out(t / 1.4))
  rays(c, W / 2, y, 20, t * 0.35, '#ffffff2e', 300, 1200)
  disc(c, W / 2, y, 330, '#ffe08a')
  disc(c, W / 2, y, 290, SUN)
  c.fillStyle = '#c22f4a'
  c.beginPath()
  c.moveTo(0, 1080)
  for (let x = 0; x <= W; x += 20) c.lineTo(x, 1080 + wave(x / 700, 1, t * 0.12) * 26)
  c.lineTo(W, H)
  c.lineTo(0, H)
  c.fill()
  at(c, W / 2, mix(1400, 900, back((t - 0.25) / 0.7)), { turn: wave(t, 0.4) * 0.03 }, () => can(c, t * 0.3))
  words(c, ['Sunshine,', 'in a can.'], t - 0.2, { y: 230 })
}

function dive(c, t) {
  fill(c, '#aee9f5', '#0a7ea4')
  c.fillStyle = '#f3fbff'
  const sea = 420 + wave(t, 0.6) * 8
  c.fillRect(0, 0, W, sea)
  const hit = clamp((t - 0.42) / 1.4)
  for (let n = 0; n < (hit > 0 ? 26 : 0); n += 1) {
    const a = -Math.PI * dice(n) * 0.9 - 0.15
    const v = 300 + dice(n + 3) * 620
    const x = W / 2 + Math.cos(a) * v * hit
    const y = sea + Math.sin(a) * v * hit + 1100 * hit * hit
    if (y < sea + 20) disc(c, x, y, 6 + dice(n + 7) * 16, '#37a9cc')
  }
  c.fillStyle = '#18a0c6'
  c.beginPath()
  c.moveTo(0, sea)
  for (let x = 0; x <= W; x += 12) {
    const near = Math.exp(-(((x - W / 2) / 210) ** 2))
    c.lineTo(x, sea + wave(x / 240, 1, -t * 0.8) * 12 + near * wave(t, 1.5) * 60 * (1 - hit) * (hit > 0 ? 1 : 0))
  }
  c.lineTo(W, H)
  c.lineTo(0, H)
  c.fill()
  const deep = c.createLinearGradient(0, sea, 0, H)
  deep.addColorStop(0, '#18a0c600')
  deep.addColorStop(1, '#04354f')
  c.fillStyle = deep
  c.fillRect(0, sea + 30, W, H)
  for (let n = 0; n < 5; n += 1) {
    c.fillStyle = '#ffffff14'
    c.beginPath()
    c.moveTo(80 + n * 140, sea + 20)
    c.lineTo(150 + n * 140, sea + 20)
    c.lineTo(320 + n * 140 - 200 + wave(t, 0.2, n / 5) * 40, H)
    c.lineTo(60 + n * 140 - 200 + wave(t, 0.2, n / 5) * 40, H)
    c.fill()
  }
  const y = t < 0.45 ? mix(-260, 420, (t / 0.45) ** 2) : mix(420, 850, out((t - 0.45) / 1.3))
  at(c, W / 2, y, { turn: mix(-0.5, 0.22, out(t / 1.6)), scale: 0.92 }, () => can(c, 0.2))
  if (t > 0.5) bubbles(c, t, 30, '#e6fbffcc', 1.6)
  words(c, ['Dive into', 'summer.'], t - 0.55, { y: 210, color: '#075a78' })
}

function spark(c, t) {
  fill(c, '#3a0a2e', '#7d1338')
  const beat = 1 + 0.05 * Math.abs(wave(t, 1))
  rays(c, W / 2, 760, 28, -t * 0.5, '#ffc62e3d', 200, mix(260, 900, out(t / 0.6)))
  for (let n = 0; n < 40; n += 1) {
    const life = (t * 0.9 + dice(n)) % 1
    const a = dice(n + 11) * 7
    const r = 220 + life * 520
    disc(c, W / 2 + Math.cos(a) * r, 760 + Math.sin(a) * r, 10 * (1 - life), n % 3 ? SUN : CREAM)
  }
  at(c, W / 2, 760, { turn: t * 1.3, scale: mix(0.2, 2.35, back(t / 0.55)) * beat }, () => lemon(c))
  words(c, ['Feel the', 'spark.'], t - 0.3, { y: 230, color: SUN })
}

function pour(c, t) {
  fill(c, '#ffe9b8', '#ffd071')
  disc(c, 640, 1180, 240, '#ffffff55')
  at(c, 640, 1180, { turn: t * 0.3, scale: 1.9 }, () => lemon(c))
  const level = mix(1090, 560, out((t - 0.2) / 2.2))
  c.save()
  c.beginPath()
  c.moveTo(150, 470)
  c.lineTo(570, 470)
  c.lineTo(520, 1130)
  c.quadraticCurveTo(516, 1170, 470, 1170)
  c.lineTo(250, 1170)
  c.quadraticCurveTo(204, 1170, 200, 1130)
  c.closePath()
  c.fillStyle = '#ffffff66'
  c.fill()
  c.clip()
  const drink = c.createLinearGradient(0, level, 0, 1170)
  drink.addColorStop(0, '#ffdf5c')
  drink.addColorStop(1, '#ff9b21')
  c.fillStyle = drink
  c.beginPath()
  c.moveTo(0, level)
  for (let x = 0; x <= W; x += 12) c.lineTo(x, level + wave(x / 300, 1, t * 1.2) * 14 * (1 - t / 4))
  c.lineTo(W, H)
  c.lineTo(0, H)
  c.fill()
  for (let n = 0; n < 3; n += 1)
    at(c, 260 + n * 104, level + 70 + wave(t, 0.7, n / 3) * 16 + n * 22, { turn: n + wave(t, 0.3, n) * 0.25 }, () => {
      c.fillStyle = '#ffffffa6'
      c.beginPath()
      c.roundRect(-56, -56, 112, 112, 22)
      c.fill()
    })
  c.restore()
  c.lineWidth = 10
  c.strokeStyle = '#ffffffd9'
  c.beginPath()
  c.moveTo(150, 470)
  c.lineTo(200, 1130)
  c.quadraticCurveTo(204, 1170, 250, 1170)
  c.lineTo(470, 1170)
  c.quadraticCurveTo(516, 1170, 520, 1130)
  c.lineTo(570, 470)
  c.stroke()
  if (t < 2.5) {
    c.fillStyle = '#ffd23f'
    const w = 34 + wave(t, 3) * 4
    c.fillRect(360 - w / 2, 0, w, level)
  }
  words(c, ['Real lemons.', 'Nothing else.'], t - 0.3, { y: 180, size: 84, color: '#8a2f0b' })
}

function fizz(c, t) {
  fill(c, '#ffc2d9', '#a9c9ff', 1.1)
  bubbles(c, t, 54, '#ffffffd9', 1.1)
  at(c, W / 2, 800 + wave(t, 0.5) * 10, { turn: mix(0.35, -0.08, out(t / 1.2)), scale: mix(0.6, 1.32, back(t / 0.7)) }, () =>
    can(c, t * 0.4),
  )
  bubbles(c, t + 40, 16, '#ffffff', 1.7)
  words(c, ['Fizz that', 'stays.'], t - 0.3, { y: 230, color: '#5b2a86' })
}

function picnic(c, t) {
  const s = 120
  for (let y = -1; y < H / s + 1; y += 1)
    for (let x = -1; x < W / s + 1; x += 1) {
      const [a, b] = [(x + 20) % 2, (y + 20) % 2]
      c.fillStyle = a && b ? '#d93f4c' : a || b ? '#f2a0a5' : CREAM
      c.fillRect(x * s + ((t * 26) % (2 * s)) - s, y * s, s + 1, s + 1)
    }
  disc(c, 380, 800, mix(0, 320, back(t / 0.5)), '#fffaf0')
  disc(c, 380, 800, mix(0, 276, back((t - 0.08) / 0.5)), '#fbe6c0')
  const come = back((t - 0.25) / 0.6)
  at(c, mix(900, 300, come), 780, { turn: mix(2, -0.35, come), scale: 0.84 }, () => can(c, 0.4))
  at(c, mix(-300, 540, back((t - 0.5) / 0.6)), 930, { turn: t * 0.8, scale: 1.1 }, () => lemon(c))
  at(c, mix(-200, 470, back((t - 0.7) / 0.6)), 640, { turn: -t, scale: 0.8 }, () => lemon(c))
  for (let n = 0; n < 7; n += 1)
    at(c, 90 + n * 96, 1180 + wave(t, 0.5, n / 7) * 12, { turn: n * 1.3 + wave(t, 0.4, n) * 0.2, scale: out((t - 0.1 * n) / 0.5) }, () => {
      c.fillStyle = n % 2 ? LEAF : '#4cae74'
      c.beginPath()
      c.ellipse(0, 0, 76, 30, 0, 0, 7)
      c.fill()
    })
  c.fillStyle = DEEP
  c.beginPath()
  c.roundRect(36, 110, mix(0, 560, out(t / 0.5)), 262, 28)
  c.fill()
  words(c, ['Made for', 'the park.'], t - 0.3, { y: 222, size: 104, x: 72 })
}

function logo(c, t) {
  fill(c, SUN, ORANGE)
  const grow = back(t / 0.6)
  rays(c, W / 2, 560, 24, t * 0.4, '#ffffff40', 250, mix(200, 1000, out(t / 0.9)))
  disc(c, W / 2, 560, 250 * grow, CREAM)
  at(c, W / 2, 610, { scale: grow }, () => {
    c.fillStyle = ORANGE
    c.font = '900 230px Rubik'
    c.textAlign = 'center'
    c.fillText('sol', 0, 24)
  })
  words(c, ['Cold. Now.', 'Near you.'], t - 0.5, { y: 1000, size: 96, color: '#7a2506', align: 'center', x: W / 2 })
}

function offer(c, t) {
  fill(c, '#0e5a4a', '#08302f')
  at(c, W / 2, 560, { turn: t * 0.25, scale: back(t / 0.55) }, () => {
    c.fillStyle = SUN
    c.beginPath()
    for (let n = 0; n < 48; n += 1) {
      const r = n % 2 ? 300 : 252
      c.lineTo(Math.cos((n / 48) * Math.PI * 2) * r, Math.sin((n / 48) * Math.PI * 2) * r)
    }
    c.fill()
  })
  at(c, W / 2, 590, { turn: -0.1, scale: back((t - 0.2) / 0.5) * (1 + 0.03 * wave(t, 1)) }, () => {
    c.fillStyle = DEEP
    c.font = '900 150px Rubik'
    c.textAlign = 'center'
    c.fillText('2 for 1', 0, 30)
  })
  words(c, ['This week', 'only.'], t - 0.5, { y: 1010, size: 112, align: 'center', x: W / 2 })
}

const SCENES = { sunrise, dive, spark, pour, fizz, picnic, logo, offer }

/** Draw one frame of a scene, `t` seconds after its beginning. */
globalThis.drawScene = (canvas, name, t) => {
  const context = canvas.getContext('2d')
  context.reset()
  SCENES[name](context, t)
}
