import { tensor } from '../../foundation/hostTensor.ts'
import { Random } from '../../foundation/random.ts'
import { conv2d } from '../../layers/conv.ts'
import { gatedConv2d } from '../../layers/gated/gatedConv.ts'
import { upsample } from '../../layers/resize.ts'
import { sequential } from '../../layers/sequential.ts'
import { inpainter } from '../../models/inpainter.ts'
import type { Picture, Size } from './picture.ts'

/** Sees 17 pixels across, on a grid of 2, with random weights. */
export const small = inpainter(
  sequential({
    down: gatedConv2d(4, 6, { kernelSize: 3, stride: 2, padding: 1 }),
    middle: gatedConv2d(6, 6, { kernelSize: 5, padding: 2 }),
    up: upsample(2),
    rgb: conv2d(6, 3, { kernelSize: 3, padding: 1 }),
  }),
  { multipleOf: 2, receptiveField: 17 },
)

/** Paints one colour, whatever it sees. */
export const painter = (receptiveField = 1000) =>
  inpainter(conv2d(4, 3, { kernelSize: 1 }), { receptiveField })
const orange = [1, 0, -1] as const
export const paint = new Map([
  ['weight', tensor([3, 4, 1, 1], new Float32Array(12))],
  ['bias', tensor([3], orange)],
])

/** A smooth picture with some noise, so that no two parts of it are alike. */
export function pictureOf(size: Size, channels: 1 | 2 | 3 | 4 = 3, wide = false): Picture {
  const random = new Random(size.width, `picture ${channels}`)
  const count = size.width * size.height * channels
  const pixels = wide ? new Uint16Array(count) : new Uint8Array(count)
  const unit = wide ? 257 : 1
  for (let i = 0; i < count; i++) {
    const x = Math.floor(i / channels) % size.width
    pixels[i] = Math.round(
      (100 + 80 * Math.sin(x / 11 + (i % channels)) + random.uniform(0, 60)) * unit,
    )
  }
  return { pixels, ...size, channels }
}

/** A disc, or a box with `square`. */
export function disc(size: Size, x: number, y: number, radius: number, square = false): Uint8Array {
  const hole = new Uint8Array(size.width * size.height)
  for (let i = 0; i < hole.length; i++) {
    const dx = Math.abs((i % size.width) - x)
    const dy = Math.abs(Math.floor(i / size.width) - y)
    if ((square ? Math.max(dx, dy) : Math.hypot(dx, dy)) <= radius) hole[i] = 1
  }
  return hole
}

export function merged(...holes: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array()] = holes
  return first.map((_, i) => (holes.some((hole) => hole[i] === 1) ? 1 : 0))
}
