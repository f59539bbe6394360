import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { reluBackward } from '../activation/reluBackward.ts'
import { inputOfShape, requireCount } from '../inputChecks.ts'
import { addChannelBias } from './bias.ts'
import { channelSum } from './channelSum.ts'
import { convBackwardInput } from './convBackwardInput.ts'
import { convBackwardWeight } from './convBackwardWeight.ts'
import { convolutionShapeOf, inputShape, tapsPerOutput } from './convolutionShapes.ts'
import type { ConvolutionAttributes } from './geometry.ts'
import { convolve } from './taps.ts'

export interface ConvAttributes extends ConvolutionAttributes {
  readonly bias: boolean
  /** Applied to the sum, in the same pass over memory. */
  readonly activation: 'none' | 'relu'
}

/**
 * Convolution in one to three dimensions (PyTorch's cross-correlation): `x` `[N, C, …space]`,
 * `weight` `[O, C/groups, …k]`, `bias` `[O]` if `bias`, gives `[N, O, …]`.
 */
export const conv: OpDefinition<ConvAttributes> = {
  name: 'conv',
  infer(inputs, attributes, where) {
    requireCount(inputs, attributes.bias ? 3 : 2, where)
    const shape = convolutionShapeOf(inputs, attributes, where)
    if (attributes.bias) inputOfShape(inputs, 2, 'bias', [shape[1] ?? 1], where)
    return [{ shape }]
  },
  gradient({ builder, node, inputs: [x, weight], outputs: [y], outputGradients, ...context }) {
    const { bias, activation, ...window } = context.attributes
    const { needs } = context
    const { path } = node
    const [gradient] = outputGradients
    if (gradient === undefined || x === undefined || weight === undefined) return []
    const dy =
      activation === 'relu'
        ? builder.applyOne(reluBackward, [present(y, 'y'), gradient], {}, path)
        : gradient
    const branches = 1 as const
    return [
      needs(0)
        ? builder.applyOne(
            convBackwardInput,
            [weight, dy],
            { ...window, inputShape: x.shape, branches },
            path,
          )
        : undefined,
      needs(1)
        ? builder.applyOne(
            convBackwardWeight,
            [x, dy],
            { ...window, weightShape: weight.shape, branches },
            path,
          )
        : undefined,
      bias && needs(2) ? builder.applyOne(channelSum, [dy], { branches }, path) : undefined,
    ]
  },
  reference([x, weight, bias], [y], attributes) {
    const input = present(x, 'x')
    const taps = present(weight, 'weight')
    const output = present(y, 'y')
    if (bias !== undefined) addChannelBias(output, bias.data)
    convolve(input.data, input.shape, taps.data, taps.shape, output.data, output.shape, attributes)
    if (attributes.activation === 'relu') {
      const { data } = output
      // Written so that NaN stays NaN.
      for (let i = 0; i < data.length; i++) if ((data[i] as number) < 0) data[i] = 0
    }
  },
  multiplyAdds: (node) =>
    elementCount(node.outputs[0]?.shape ?? []) * tapsPerOutput(inputShape(node, 1)),
  sumLength: ({ inputs }) => tapsPerOutput(inputs[1]?.shape ?? []),
}
