import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import {
  compileGraph,
  conv2d,
  gatedConv2d,
  inpainter,
  readWeights,
  reference,
  sequential,
  tanh,
  upsample,
  writeModelFile,
} from 'sluice'
import { inpaintingGraph } from 'sluice/inpainting'
import { expect } from 'vitest'
import { Random } from '../../packages/sluice/src/foundation/random.ts'
import { type Outcome, sluice } from './sluiceCommand.ts'

/**
 * A folder in which photos are filled: `model.safetensors`, an inpainter; `photo.png` and `photo.jpg`,
 * 60 × 44; and `mask.png`, a box of 12 at 20, 10.
 */
export interface PhotoFolder extends Disposable {
  readonly path: string
  at(...names: string[]): string
  /** `sluice inpaint` with the model and one thread. */
  fill(...args: string[]): Outcome
  /** How many samples of two pictures of the folder differ outside a box, and how many inside. */
  changed(before: string, after: string, box: Box): Promise<{ outside: number; inside: number }>
}

type Box = readonly [left: number, top: number, side: number]

/** Fills with colours of no meaning, at once. */
const tiny = inpainter(
  sequential({
    down: gatedConv2d(4, 6, { kernelSize: 3, stride: 2, padding: 1 }),
    middle: gatedConv2d(6, 6, { kernelSize: 3, padding: 1 }),
    up: upsample(2),
    rgb: conv2d(6, 3, { kernelSize: 3, padding: 1 }),
    range: tanh(),
  }),
  { multipleOf: 2, receptiveField: 400 },
)

export async function makePhotoFolder(): Promise<PhotoFolder> {
  const path = mkdtempSync(join(tmpdir(), 'sluice-inpaint-'))
  const graph = inpaintingGraph(tiny, { batch: 1, height: 16, width: 16 })
  using session = compileGraph(graph, { device: reference(), seed: 5 })
  const file = { model: tiny, weights: readWeights(session), classes: [] }
  writeFileSync(join(path, 'model.safetensors'), writeModelFile(file))
  const at = (...names: string[]) => join(path, ...names)
  await noise(60, 44).png().toFile(at('photo.png'))
  await noise(60, 44).jpeg({ quality: 83 }).toFile(at('photo.jpg'))
  await boxMask(60, 44, [20, 10, 12]).png().toFile(at('mask.png'))
  return {
    path,
    at,
    changed: (before, after, box) => changedOutside(at(before), at(after), box),
    fill: (...args) =>
      sluice(['inpaint', ...args, '--model', 'model.safetensors', '--threads', '1'], path),
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  }
}

/** Random colours: nothing comes out right by chance. */
export function noise(width: number, height: number, channels: 1 | 2 | 3 | 4 = 3, seed = 1) {
  const random = new Random(seed, 'noise')
  const pixels = Uint8Array.from({ length: width * height * channels }, () => random.integer(256))
  return sharp(pixels, { raw: { width, height, channels } }).toColourspace(
    channels < 3 ? 'b-w' : 'srgb',
  )
}

/** A white box on black. */
export function boxMask(width: number, height: number, box: Box) {
  const [left, top, side] = box
  const pixels = new Uint8Array(width * height)
  for (let y = top; y < top + side; y++) pixels.fill(255, y * width + left, y * width + left + side)
  return sharp(pixels, { raw: { width, height, channels: 1 } }).toColourspace('b-w')
}

async function changedOutside(before: string, after: string, box: Box) {
  const [a, b] = await Promise.all(
    [before, after].map((path) => sharp(path).raw().toBuffer({ resolveWithObject: true })),
  )
  if (a === undefined || b === undefined) throw new Error('two pictures')
  expect(b.info).toMatchObject({
    width: a.info.width,
    height: a.info.height,
    channels: a.info.channels,
  })
  const { width, channels } = a.info
  const [left, top, side] = box
  let outside = 0
  let inside = 0
  for (let i = 0; i < a.data.length; i++) {
    if (a.data[i] === b.data[i]) continue
    const pixel = Math.floor(i / channels)
    const [x, y] = [pixel % width, Math.floor(pixel / width)]
    if (x >= left && x < left + side && y >= top && y < top + side) inside++
    else outside++
  }
  return { outside, inside }
}
