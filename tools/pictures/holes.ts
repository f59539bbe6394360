import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import {
  compile,
  conv2d,
  type Device,
  type Float32Tensor,
  gatedPresets,
  gateMaps,
  Random,
  sequential,
  tensor,
} from 'sluice'
import { adam, meanAbsoluteError, train } from 'sluice/training'

const actions = fileURLToPath(new URL('../../fixtures/actions', import.meta.url))
const side = 48
const pixels = side * side

/** The first frame of every clip under `set`, as `[3, 48, 48]` in ±1. */
async function frames(set: 'train' | 'test', most: number): Promise<Float32Array[]> {
  const files = readdirSync(`${actions}/${set}`, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.webp'))
    .sort()
  const step = Math.max(1, Math.floor(files.length / most))
  const chosen = files.filter((_, i) => i % step === 0).slice(0, most)
  return Promise.all(
    chosen.map(async (name) => {
      const bytes = await sharp(`${actions}/${set}/${name}`).removeAlpha().raw().toBuffer()
      return Float32Array.from({ length: 3 * pixels }, (_, i) => {
        const [colour, at] = [Math.floor(i / pixels), i % pixels]
        return (bytes[at * 3 + colour] ?? 0) / 127.5 - 1
      })
    }),
  )
}

/** Strokes across the picture, 1 where it is lost. */
function holes(random: Random): Float32Array {
  const mask = new Float32Array(pixels)
  for (let stroke = 0; stroke < 4; stroke++) {
    let [x, y] = [random.uniform() * side, random.uniform() * side]
    let angle = random.uniform() * 2 * Math.PI
    for (let step = 0; step < 26; step++) {
      for (let at = 0; at < pixels; at++) {
        const [dx, dy] = [(at % side) - x, Math.floor(at / side) - y]
        if (dx * dx + dy * dy < 4) mask[at] = 1
      }
      angle += (random.uniform() - 0.5) * 0.7
      x += Math.cos(angle) * 1.6
      y += Math.sin(angle) * 1.6
    }
  }
  return mask
}

/** `[picture with holes, mask]`: what the network is shown. */
function shown(picture: Float32Array, mask: Float32Array): Float32Array {
  const input = new Float32Array(4 * pixels)
  input.set(picture.map((value, i) => (mask[i % pixels] === 1 ? 0 : value)))
  input.set(mask, 3 * pixels)
  return input
}

const model = sequential({
  first: gatedPresets.deepfill(4, 8, { kernelSize: 5 }),
  second: gatedPresets.deepfill(8, 12),
  wide: gatedPresets.deepfill(12, 12, { dilation: 2 }),
  wider: gatedPresets.deepfill(12, 12, { dilation: 4 }),
  last: conv2d(12, 3, { kernelSize: 3, padding: 1 }),
})

function batchOf(parts: readonly Float32Array[], channels: number): Float32Tensor {
  const data = new Float32Array(parts.length * channels * pixels)
  parts.forEach((part, i) => {
    data.set(part, i * channels * pixels)
  })
  return tensor([parts.length, channels, side, side], data)
}

/**
 * Trains a small gated network to fill holes in frames of the bundled clips, and shows what its gates
 * let through on a frame of equipment that it never saw. As a PNG.
 */
export async function holesPicture(device: Device): Promise<Buffer> {
  const known = await frames('train', 96)
  const random = new Random(11, 'holes')
  const inputs = batchOf(
    known.map((picture) => shown(picture, holes(random))),
    4,
  )
  const { weights } = await train(model, {
    device,
    clips: { inputs, targets: batchOf(known, 3) },
    loss: meanAbsoluteError(),
    optimizer: adam(),
    epochs: 24,
    batch: 8,
    learningRate: 4e-3,
    seed: 1,
    onEpoch: ({ epoch, trainLoss }) => console.log(`epoch ${epoch}: loss ${trainLoss.toFixed(4)}`),
  })
  const rows = (await frames('test', 2)).map((picture) => ({ picture, mask: holes(random) }))
  const tiles: Float32Array[][] = []
  for (const { picture, mask } of rows) {
    const input = batchOf([shown(picture, mask)], 4)
    using session = compile(model, { device, input: input.shape, weights })
    const { output } = await session.run({ input })
    const filled = picture.map((value, i) =>
      mask[i % pixels] === 1 ? (output?.data[i] ?? 0) : value,
    )
    const maps = await gateMaps(model, { device, weights, input })
    const gates = maps.slice(0, 3).map(({ opening }) => spread(mean(opening)))
    tiles.push([shown(picture, mask).slice(0, 3 * pixels), ...gates, filled, picture])
  }
  return montage(tiles)
}

/** Mean over channels, stretched to ±1 over its own range. */
function mean({ shape, data }: Float32Tensor): Float32Array {
  const [, channels = 1] = shape
  const map = Float32Array.from({ length: pixels }, (_, at) => {
    let sum = 0
    for (let c = 0; c < channels; c++) sum += data[c * pixels + at] ?? 0
    return sum / channels
  })
  const low = map.reduce((least, value) => Math.min(least, value), 1)
  const high = map.reduce((most, value) => Math.max(most, value), 0)
  return map.map((value) => (2 * (value - low)) / (high - low || 1) - 1)
}

/** A grey map as dark blue (closed) to yellow (open). */
function spread(map: Float32Array): Float32Array {
  const closed = [-0.75, -0.9, -0.35]
  const open = [0.98, 0.85, -0.45]
  return Float32Array.from({ length: 3 * pixels }, (_, i) => {
    const share = ((map[i % pixels] ?? 0) + 1) / 2
    const colour = Math.floor(i / pixels)
    return (closed[colour] ?? 0) * (1 - share) + (open[colour] ?? 0) * share
  })
}

/** Rows of tiles, each pixel twice as large, with white between them. */
async function montage(tiles: readonly (readonly Float32Array[])[]): Promise<Buffer> {
  const [gap, zoom] = [4, 2]
  const tile = side * zoom
  const width = (tiles[0]?.length ?? 0) * (tile + gap) + gap
  const height = tiles.length * (tile + gap) + gap
  const bytes = new Uint8Array(width * height * 3).fill(255)
  tiles.forEach((row, r) => {
    row.forEach((picture, c) => {
      for (let at = 0; at < tile * tile; at++) {
        const [y, x] = [Math.floor(at / tile), at % tile]
        const from = Math.floor(y / zoom) * side + Math.floor(x / zoom)
        const to = ((gap + r * (tile + gap) + y) * width + gap + c * (tile + gap) + x) * 3
        for (let colour = 0; colour < 3; colour++) {
          const value = picture[colour * pixels + from] ?? 0
          bytes[to + colour] = Math.max(0, Math.min(255, Math.round((value + 1) * 127.5)))
        }
      }
    })
  })
  return sharp(bytes, { raw: { width, height, channels: 3 } })
    .png({ compressionLevel: 9 })
    .toBuffer()
}
