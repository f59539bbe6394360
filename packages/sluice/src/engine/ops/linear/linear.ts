import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { channelSum } from '../convolution/channelSum.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'
import { linearBackwardInput, linearBackwardWeight } from './linearBackward.ts'

export interface LinearAttributes {
  readonly bias: boolean
}

/** `y = x · wᵀ + b`: `x` `[N, F]`, `weight` `[O, F]`, `bias` `[O]` if `bias`, gives `[N, O]`. */
export const linear: OpDefinition<LinearAttributes> = {
  name: 'linear',
  infer(inputs, { bias }, where) {
    requireCount(inputs, bias ? 3 : 2, where)
    const x = inputOfRank(inputs, 0, 'input', 2, 2, where)
    const weight = inputOfRank(inputs, 1, 'weight', 2, 2, where)
    const [batch = 1, features = 1] = x.shape
    const [outputs = 1] = weight.shape
    inputOfShape(inputs, 1, 'weight', [outputs, features], where)
    if (bias) inputOfShape(inputs, 2, 'bias', [outputs], where)
    return [{ shape: [batch, outputs] }]
  },
  gradient({ builder, node, inputs: [x, weight], attributes, outputGradients: [dy], needs }) {
    if (dy === undefined || x === undefined || weight === undefined) return []
    const { path } = node
    return [
      needs(0) ? builder.applyOne(linearBackwardInput, [weight, dy], {}, path) : undefined,
      needs(1) ? builder.applyOne(linearBackwardWeight, [x, dy], {}, path) : undefined,
      attributes.bias && needs(2)
        ? builder.applyOne(channelSum, [dy], { branches: 1 as const }, path)
        : undefined,
    ]
  },
  reference([x, weight, bias], [y]) {
    const input = present(x, 'x').data
    const w = present(weight, 'weight').data
    const output = present(y, 'y')
    const [batch = 1, outputs = 1] = output.shape
    const features = input.length / batch
    for (let n = 0; n < batch; n++) {
      for (let o = 0; o < outputs; o++) {
        let sum = bias === undefined ? 0 : (bias.data[o] as number)
        for (let f = 0; f < features; f++) {
          sum += (input[n * features + f] as number) * (w[o * features + f] as number)
        }
        output.data[n * outputs + o] = sum
      }
    }
  },
  multiplyAdds: (node) =>
    elementCount(node.inputs[1]?.shape ?? []) * (node.inputs[0]?.shape[0] ?? 1),
  sumLength: ({ inputs }) => inputs[1]?.shape[1] ?? 1,
}
