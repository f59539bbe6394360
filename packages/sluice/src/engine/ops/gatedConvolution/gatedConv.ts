import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { activation } from '../activation/activation.ts'
import { addChannelBias } from '../convolution/bias.ts'
import { branchShape, putBranch } from '../convolution/branches.ts'
import { channelSum } from '../convolution/channelSum.ts'
import { convBackwardInput } from '../convolution/convBackwardInput.ts'
import { convBackwardWeight } from '../convolution/convBackwardWeight.ts'
import { convolutionShapeOf, inputShape, tapsPerOutput } from '../convolution/convolutionShapes.ts'
import type { ConvolutionAttributes } from '../convolution/geometry.ts'
import { convolve } from '../convolution/taps.ts'
import { inputOfShape, requireCount } from '../inputChecks.ts'
import { slice } from '../slice/slice.ts'
import { type GateAttributes, gate, gateBackward } from './gateBackward.ts'

export type { GateAttributes } from './gateBackward.ts'

export interface GatedConvAttributes extends ConvolutionAttributes, GateAttributes {
  readonly bias: boolean
}

/**
 * Gated convolution: `y = activation(φ(conv(x, w) + b) · γ(conv(x, gw) + gb))`, after Yu et al.,
 * "Free-form image inpainting with gated convolution" (2019), with φ = identity and γ = σ as the
 * usual choice. Inputs: `x`, `weight`, `gateWeight` and, if `bias`, `bias`, `gateBias`. The second
 * output keeps both sums before their activations, `[N, 2·O, …]`, for the backward pass.
 */
export const gatedConv: OpDefinition<GatedConvAttributes> = {
  name: 'gatedConv',
  infer(inputs, attributes, where) {
    requireCount(inputs, attributes.bias ? 5 : 3, where)
    const shape = convolutionShapeOf(inputs, attributes, where)
    inputOfShape(inputs, 2, 'gate weight', inputs[1]?.shape ?? [], where)
    const [batch = 1, channels = 1, ...space] = shape
    if (attributes.bias) {
      inputOfShape(inputs, 3, 'bias', [channels], where)
      inputOfShape(inputs, 4, 'gate bias', [channels], where)
    }
    return [{ shape }, { shape: [batch, 2 * channels, ...space] }]
  },
  gradient({ builder, node, inputs, outputs: [, saved], outputGradients: [dy], ...context }) {
    const { bias, featureActivation, gateActivation, activation, ...window } = context.attributes
    const { needs } = context
    const { path } = node
    const [x, weight, gateWeight] = inputs
    if (dy === undefined || x === undefined || weight === undefined) return []
    const dPre = builder.applyOne(
      gateBackward,
      [present(saved, 'saved'), dy],
      { featureActivation, gateActivation, activation },
      path,
    )
    const branches = 2 as const
    const dx = needs(0)
      ? builder.applyOne(
          convBackwardInput,
          [weight, present(gateWeight, 'gate weight'), dPre],
          { ...window, inputShape: x.shape, branches },
          path,
        )
      : undefined
    const weightGradients =
      needs(1) || needs(2)
        ? builder.apply(
            convBackwardWeight,
            [x, dPre],
            { ...window, weightShape: weight.shape, branches },
            path,
          )
        : [undefined, undefined]
    const biasGradients =
      bias && (needs(3) || needs(4)) ? builder.apply(channelSum, [dPre], { branches }, path) : []
    return [dx, ...weightGradients, ...biasGradients]
  },
  reference([x, weight, gateWeight, bias, gateBias], [y, saved], attributes) {
    const input = present(x, 'x')
    const output = present(y, 'y')
    const sums = present(saved, 'saved')
    const shape = branchShape(sums.shape, 2)
    const branches = [
      { taps: present(weight, 'weight'), offset: bias },
      { taps: present(gateWeight, 'gate weight'), offset: gateBias },
    ]
    branches.forEach(({ taps, offset }, branch) => {
      const sum = { shape, data: new Float64Array(output.data.length) }
      if (offset !== undefined) addChannelBias(sum, offset.data)
      convolve(input.data, input.shape, taps.data, taps.shape, sum.data, shape, attributes)
      putBranch(sums, branch, 2, sum.data)
    })
    gate(sums.data, output.data, shape[0] ?? 1, attributes)
  },
  gateValues(builder, { attributes, outputs: [y, saved], path }) {
    const channels = present(y, 'y').shape[1] ?? 1
    const part = { axis: 1, start: channels, end: 2 * channels }
    const sums = builder.applyOne(slice, [present(saved, 'saved')], part, path)
    const kind = attributes.gateActivation
    return kind === 'none' ? sums : builder.applyOne(activation, [sums], { kind }, path)
  },
  multiplyAdds: (node) =>
    2 * elementCount(node.outputs[0]?.shape ?? []) * tapsPerOutput(inputShape(node, 1)),
  sumLength: ({ inputs }) => tapsPerOutput(inputs[1]?.shape ?? []),
}
