// Brushes of the samples: what several scenes draw with and draw. Lengths are pixels, times seconds.
export const W = 720
export const H = 1280
export const SUN = '#ffc62e'
export const ORANGE = '#ff7a1a'
export const CREAM = '#fff3dc'
export const DEEP = '#0b3440'
export const LEAF = '#2f8f5b'

export const clamp = (x) => Math.min(1, Math.max(0, x))
export const out = (x) => 1 - (1 - clamp(x)) ** 3
export const back = (x) => 1 + 2.2 * (clamp(x) - 1) ** 3 + 1.2 * (clamp(x) - 1) ** 2
export const mix = (a, b, x) => a + (b - a) * x
export const wave = (t, hz, phase = 0) => Math.sin(2 * Math.PI * (t * hz + phase))
export const dice = (n) => ((Math.sin(n * 127.1) * 43758.5453) % 1 + 1) % 1

export function fill(c, from, to, angle = Math.PI / 2) {
  const [x, y] = [Math.cos(angle), Math.sin(angle)]
  const g = c.createLinearGradient(W / 2 - (x * H) / 2, H / 2 - (y * H) / 2, W / 2 + (x * H) / 2, H / 2 + (y * H) / 2)
  g.addColorStop(0, from)
  g.addColorStop(1, to)
  c.fillStyle = g
  c.fillRect(0, 0, W, H)
}

export function disc(c, x, y, r, color) {
  c.fillStyle = color
  c.beginPath()
  c.arc(x, y, Math.max(0, r), 0, 7)
  c.fill()
}

export function at(c, x, y, { turn = 0, scale = 1 }, draw) {
  c.save()
  c.translate(x, y)
  c.rotate(turn)
  c.scale(scale, scale)
  draw()
  c.restore()
}

/** Words that come one after the other, each from below with a little too much swing. */
export function words(c, lines, t, { y, size = 108, color = CREAM, align = 'left', x = 56, step = 0.14, line = 1.02 }) {
  c.font = `900 ${size}px Rubik`
  c.textAlign = align
  c.textBaseline = 'alphabetic'
  let n = 0
  lines.forEach((text, row) => {
    const all = text.split(' ')
    const width = c.measureText(text).width
    let left = align === 'center' ? x - width / 2 : x
    for (const word of all) {
      const come = back((t - n * step) / 0.42)
      c.save()
      c.textAlign = 'left'
      c.globalAlpha = clamp((t - n * step) / 0.12)
      c.translate(left, y + row * size * line + (1 - come) * 90)
      c.fillStyle = color
      c.fillText(word, 0, 0)
      c.restore()
      left += c.measureText(`${word} `).width
      n += 1
    }
  })
}

export function rays(c, x, y, count, turn, color, inner, outer) {
  c.fillStyle = color
  for (let n = 0; n < count; n += 1) {
    const a = turn + (n / count) * Math.PI * 2
    const w = Math.PI / count / 1.6
    c.beginPath()
    c.moveTo(x + Math.cos(a - w) * inner, y + Math.sin(a - w) * inner)
    c.lineTo(x + Math.cos(a) * outer, y + Math.sin(a) * outer)
    c.lineTo(x + Math.cos(a + w) * inner, y + Math.sin(a + w) * inner)
    c.fill()
  }
}

/** The can, its middle at the origin, 250 wide and 470 tall. */
export function can(c, shine = 0.3) {
  const body = c.createLinearGradient(-125, 0, 125, 0)
  for (const [stop, color] of [[0, '#d8420f'], [0.22, ORANGE], [0.5, '#ff9a3d'], [0.8, ORANGE], [1, '#b9330b']]) body.addColorStop(stop, color)
  const metal = c.createLinearGradient(-110, 0, 110, 0)
  for (const [stop, color] of [[0, '#98a3a6'], [0.4, '#f3f6f6'], [1, '#7b868a']]) metal.addColorStop(stop, color)
  c.fillStyle = metal
  c.beginPath()
  c.roundRect(-104, -236, 208, 472, 24)
  c.fill()
  c.fillStyle = body
  c.beginPath()
  c.moveTo(-104, -212)
  c.quadraticCurveTo(-125, -190, -125, -160)
  c.lineTo(-125, 160)
  c.quadraticCurveTo(-125, 190, -104, 212)
  c.quadraticCurveTo(0, 232, 104, 212)
  c.quadraticCurveTo(125, 190, 125, 160)
  c.lineTo(125, -160)
  c.quadraticCurveTo(125, -190, 104, -212)
  c.quadraticCurveTo(0, -194, -104, -212)
  c.fill()
  c.save()
  c.clip()
  rays(c, 0, 70, 18, shine, '#ffd766', 96, 240)
  disc(c, 0, 70, 92, SUN)
  c.fillStyle = CREAM
  c.font = '900 104px Rubik'
  c.textAlign = 'center'
  c.fillText('sol', 0, -74)
  c.fillStyle = DEEP
  c.font = '700 25px Rubik'
  c.fillText('lemonade', 0, 80)
  const light = c.createLinearGradient(-125, 0, -10, 0)
  light.addColorStop(0, '#fff0')
  light.addColorStop(0.5, '#ffffff66')
  light.addColorStop(1, '#fff0')
  c.fillStyle = light
  c.fillRect(-112, -230, 70, 470)
  c.restore()
  c.strokeStyle = '#5f696c'
  c.lineWidth = 5
  c.beginPath()
  c.ellipse(0, -228, 84, 13, 0, 0, 7)
  c.stroke()
}

/** A slice of lemon, its radius 100. */
export function lemon(c) {
  disc(c, 0, 0, 100, '#f5b400')
  disc(c, 0, 0, 90, '#fff6cf')
  for (let n = 0; n < 9; n += 1) {
    const a = (n / 9) * Math.PI * 2
    c.save()
    c.rotate(a)
    c.fillStyle = n % 2 ? '#ffd94a' : '#ffe06b'
    c.beginPath()
    c.moveTo(10, 0)
    c.arc(0, 0, 82, -0.3, 0.3)
    c.closePath()
    c.fill()
    c.restore()
  }
}

export function bubbles(c, t, count, color, speed = 1) {
  for (let n = 0; n < count; n += 1) {
    const r = 5 + dice(n) ** 3 * 46
    const y = H + 80 - (((t * (160 + dice(n + 50) * 340) * speed) + dice(n + 9) * (H + 160)) % (H + 160))
    const x = dice(n + 20) * W + wave(t, 0.5 + dice(n), n) * 14
    c.strokeStyle = color
    c.lineWidth = 2 + r / 12
    c.beginPath()
    c.arc(x, y, r, 0, 7)
    c.stroke()
    disc(c, x - r * 0.35, y - r * 0.35, r * 0.16, color)
  }
}
