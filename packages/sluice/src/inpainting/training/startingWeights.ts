import { inferenceGraph } from '../../engine/graph/inferenceGraph.ts'
import type { NamedTensors } from '../../foundation/hostTensor.ts'
import { Random } from '../../foundation/random.ts'
import { elementCount } from '../../foundation/shape.ts'
import type { Inpainter } from '../../models/inpainter.ts'

/**
 * Weights from which `gatedFill` learns at once: its last layer is zero, so that it begins as a mean of
 * the smooth fill and of what is copied, and so are the features of every way back to a larger size, so that no size disturbs
 * the larger ones before it has learned something. Gates begin near one half, features keep the size of what they see through
 * a gate that is half open, and layers that are added to what came in begin smaller. Normal numbers, biases zero.
 */
export function startingWeights(model: Inpainter, seed: number): NamedTensors {
  const side = 8 * model.multipleOf
  const { variables } = inferenceGraph(model, [1, 4, side, side])
  return new Map(
    [...variables].map(([name, { value }]) => {
      const { shape } = value
      const data = new Float32Array(elementCount(shape))
      // Differences along all lines count alike: each colour is the sum of its own.
      if (name === 'sum.weight') {
        const [, inputs = 1] = shape
        data.forEach((_, i) => {
          data[i] = (i % inputs) % (shape[0] ?? 1) === Math.floor(i / inputs) ? 1 : 0
        })
      } else if (name.endsWith('weight')) {
        const random = new Random(seed, name)
        const deviation = gainOf(name) / Math.sqrt(elementCount(shape.slice(1)))
        for (let i = 0; i < data.length; i++) data[i] = deviation * random.normal()
      }
      return [name, { dtype: 'float32', shape, data }] as const
    }),
  )
}

function gainOf(name: string): number {
  if (name.includes('last')) return 0
  if (name.includes('gate')) return 0.7
  if (name.endsWith('up.feature.weight')) return 0
  // Layers in a list are added to what came in.
  return /\.\d+\./.test(name) ? 1 : 1.8
}
