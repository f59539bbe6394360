import { SluiceError } from '../../../foundation/errors.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount, formatShape, type Shape, sameShape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputAt, inputOfShape, requireCount } from '../inputChecks.ts'
import { branchShape, takeBranch } from './branches.ts'
import { convolutionOutputShape, inputShape, tapsPerOutput } from './convolutionShapes.ts'
import { type ConvolutionAttributes, spatial } from './geometry.ts'
import { convolveBackwardInput } from './taps.ts'

export interface ConvBackwardInputAttributes extends ConvolutionAttributes {
  /** Shape of the input whose gradient this is: strides make it impossible to tell from `dy`. */
  readonly inputShape: Shape
  /** 2 for a gated convolution: feature and gate weights, and their gradients side by side in `dy`. */
  readonly branches: 1 | 2
}

/** Gradient of convolutions with respect to their input. Inputs: one weight per branch, then `dy`. */
export const convBackwardInput: OpDefinition<ConvBackwardInputAttributes> = {
  name: 'convBackwardInput',
  infer(inputs, attributes, where) {
    const { branches } = attributes
    requireCount(inputs, branches + 1, where)
    const { shape: weight } = inputAt(inputs, 0, 'weight', where)
    if (branches === 2) inputOfShape(inputs, 1, 'gate weight', weight, where)
    const output = convolutionOutputShape(attributes.inputShape, weight, attributes, where)
    const dy = inputAt(inputs, branches, 'gradient', where)
    if (!sameShape(branchShape(dy.shape, branches), output)) {
      throw new SluiceError('shape', 'the gradient does not have the shape of the output', {
        where,
        expected: `${formatShape(output)} for each of ${branches} branches`,
        received: formatShape(dy.shape),
      })
    }
    return [{ shape: attributes.inputShape }]
  },
  reference(inputs, [dx], attributes) {
    const { branches } = attributes
    const target = present(dx, 'dx')
    const gradient = present(inputs[branches], 'dy')
    for (let branch = 0; branch < branches; branch++) {
      const weight = present(inputs[branch], 'weight')
      const dy = takeBranch(gradient, branch, branches)
      convolveBackwardInput(
        target.data,
        target.shape,
        weight.data,
        weight.shape,
        dy.data,
        dy.shape,
        attributes,
      )
    }
  },
  multiplyAdds: (node) =>
    elementCount(inputShape(node, node.inputs.length - 1)) * tapsPerOutput(inputShape(node, 0)),
  sumLength({ inputs, attributes }) {
    const { batch: outChannels, size } = spatial(inputs[0]?.shape ?? [])
    return ((outChannels * attributes.branches) / attributes.groups) * elementCount(size)
  },
}
