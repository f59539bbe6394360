/**
 * Takes all layers below half the picture's size out of an inpainter's file. For weights whose way back from there has shut its
 * gate, so that those layers change nothing; a file where they do is refused.
 *
 *     npx tsx tools/inpainter/withoutInside.ts trained.safetensors smaller.safetensors
 */
import { readFileSync, writeFileSync } from 'node:fs'
import {
  compile,
  type Module,
  moduleFromDescription,
  type NamedTensors,
  Random,
  readModelFile,
  writeModelFile,
} from 'sluice'
import { wasm } from 'sluice/wasm'

const [source = '', target = ''] = process.argv.slice(2)
const file = readModelFile(readFileSync(source), source)
const model = moduleFromDescription(withoutInner(file.model.describe()), target)
const weights = new Map([...file.weights].filter(([name]) => !name.includes('.inner.')))

const device = await wasm()
const [before, after] = [await filledBy(file.model, file.weights), await filledBy(model, weights)]
await device.dispose()
if (before.some((value, i) => value !== after[i])) {
  throw new Error(`${source}: its inner layers do something`)
}
writeFileSync(target, writeModelFile({ ...file, model, weights }))
console.log(`${file.weights.size} tensors before, ${weights.size} after; the same picture`)

/** What a network makes of a picture of noise with a hole in its middle. */
async function filledBy(network: Module, its: NamedTensors): Promise<Float32Array> {
  const [side, area] = [128, 128 * 128]
  const random = new Random(0, 'picture')
  const input = Float32Array.from({ length: 4 * area }, (_, i) => {
    const [x, y] = [i % side, Math.floor((i % area) / side)]
    if (i < 3 * area) return Math.sin(x / 9 + y / 5) * 0.8 + 0.2 * random.normal()
    return Math.max(Math.abs(x - 64), Math.abs(y - 64)) < 24 ? 1 : 0
  })
  using session = compile(network, { device, input: [1, 4, side, side], weights: its })
  const { output } = await session.run({ input })
  return Float32Array.from(output?.data ?? [])
}

/** A description without the modules called `inner`. */
function withoutInner(description: unknown): unknown {
  if (Array.isArray(description)) {
    return description.filter(({ name }) => name !== 'inner').map(withoutInner)
  }
  if (typeof description !== 'object' || description === null) return description
  return Object.fromEntries(
    Object.entries(description).map(([key, value]) => [key, withoutInner(value)]),
  )
}
