import { deepFillV2, inferenceGraph } from 'sluice'
import { DEEPFILL_LAYERS } from './deepFill.ts'
import type { Net } from './net.ts'

/** The whole generator on a square picture. */
export function deepFillGenerator(size: number): Net {
  return {
    name: `DeepFill v2 at ${size}²`,
    input: [4, size, size],
    layers: [{ is: 'deepFill', name: 'deepFill' }],
    hole: true,
  }
}

/** Names and shapes of its tensors, as its PyTorch port has them. */
export function generatorTensors(): { readonly name: string; readonly shape: readonly number[] }[] {
  const { variables } = inferenceGraph(deepFillV2(), [1, 4, 8, 8])
  return [...variables].map(([name, { value }]) => ({ name, shape: value.shape }))
}

/** Multiply-adds of the generator: its convolutions, and an attention of every place to every place. */
export function generatorWork(height: number, width: number): number {
  const area = height * width
  const convolutions = DEEPFILL_LAYERS.reduce((sum, row) => {
    const { inChannels, outChannels, kernel = 3, scale, stride = 1, phi } = row
    const outputs = outChannels * (phi === 'none' ? 1 : 2)
    return sum + (outputs * inChannels * kernel ** 2 * area) / (2 ** scale * stride) ** 2
  }, 0)
  const places = area / 64
  return convolutions + places ** 2 * 96 * (3 * 3 + 4 * 4)
}
