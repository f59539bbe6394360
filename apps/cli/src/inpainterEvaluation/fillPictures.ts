import { compileGraph, type Device, type Inpainter, type NamedTensors } from 'sluice'
import {
  biharmonicFill,
  harmonicFill,
  inpaintingGraph,
  type Plane,
  type Rgb,
} from 'sluice/inpainting'
import type { TestPicture } from './testPictures.ts'

/** Fills one picture; known pixels come back as they were. */
export type FillPicture = (picture: TestPicture) => Promise<Rgb>

/** A network's fill of squares of one size. Dispose of it. */
export function networkFill(
  model: Inpainter,
  weights: NamedTensors,
  device: Device,
  size: number,
): { readonly fill: FillPicture; readonly dispose: () => void } {
  const graph = inpaintingGraph(model, { batch: 1, height: size, width: size })
  const session = compileGraph(graph, { device, weights })
  const fill: FillPicture = async (picture) => {
    const { data } = planeOf(picture)
    const outputs = await session.run({ image: data, mask: Float32Array.from(picture.mask.pixels) })
    return pasted(picture, outputs.output?.data ?? data)
  }
  return { fill, dispose: () => session.dispose() }
}

export const classicalFills: readonly (readonly [name: string, fill: FillPicture])[] = [
  [
    'harmonic',
    async (picture) => pasted(picture, harmonicFill(planeOf(picture), picture.mask).data),
  ],
  [
    'biharmonic',
    async (picture) => pasted(picture, biharmonicFill(planeOf(picture), picture.mask).data),
  ],
]

/** The picture from −1 to 1, mid-grey in the hole: whoever looks there gains nothing. */
function planeOf({ truth, mask }: TestPicture): Plane {
  const { width, height } = truth
  const area = width * height
  const data = new Float32Array(3 * area)
  for (let i = 0; i < 3 * area; i++) {
    const pixel = i % area
    const colour = Math.floor(i / area)
    if (mask.pixels[pixel] === 0) data[i] = (truth.pixels[3 * pixel + colour] ?? 0) / 127.5 - 1
  }
  return { width, height, channels: 3, data }
}

/** What was painted, in the hole; rounded to 8 bits. */
function pasted({ truth, mask }: TestPicture, painted: Float32Array): Rgb {
  const pixels = Uint8Array.from(truth.pixels)
  const area = truth.width * truth.height
  mask.pixels.forEach((hole, pixel) => {
    if (hole === 0) return
    for (let colour = 0; colour < 3; colour++) {
      const value = ((painted[colour * area + pixel] ?? 0) + 1) * 127.5
      pixels[3 * pixel + colour] = Math.round(Math.max(0, Math.min(255, value)))
    }
  })
  return { ...truth, pixels }
}
