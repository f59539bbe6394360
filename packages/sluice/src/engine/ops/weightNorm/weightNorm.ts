import { present } from '../../../foundation/invariant.ts'
import { elementCount, type Shape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'
import { weightNormBackward } from './weightNormBackward.ts'

/** Shape of the magnitudes: one for each output, with the weight's rank, as PyTorch keeps them. */
export function magnitudeShape(weight: Shape): Shape {
  return weight.map((size, axis) => (axis === 0 ? size : 1))
}

/**
 * Weight normalisation (Salimans and Kingma 2016), PyTorch's `weight_norm` with `dim = 0`: a weight
 * `w = g · v / ‖v‖` of direction `v` `[O, …]` and magnitude `g` `[O, 1, …]`, with a norm for each output.
 */
export const weightNorm: OpDefinition = {
  name: 'weightNorm',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 2, where)
    const { shape } = inputOfRank(inputs, 0, 'direction', 2, 5, where)
    inputOfShape(inputs, 1, 'magnitude', magnitudeShape(shape), where)
    return [{ shape, kind: 'plain' }]
  },
  gradient({ builder, node, inputs: [v, g], outputGradients: [dw] }) {
    if (dw === undefined) return []
    const ends = [present(v, 'v'), present(g, 'g'), dw]
    return builder.apply(weightNormBackward, ends, {}, node.path)
  },
  reference([v, g], [w]) {
    const { data } = present(v, 'v')
    const magnitudes = present(g, 'g').data
    const target = present(w, 'w').data
    const count = data.length / magnitudes.length
    for (let o = 0; o < magnitudes.length; o++) {
      const row = data.subarray(o * count, (o + 1) * count)
      const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0))
      const scale = (magnitudes[o] as number) / norm
      row.forEach((value, i) => {
        target[o * count + i] = value * scale
      })
    }
  },
  sumLength: ({ inputs }) => elementCount((inputs[0]?.shape ?? []).slice(1)),
}
