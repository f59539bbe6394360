import { SluiceError } from '../../../foundation/errors.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount, formatShape, type Shape, sameShape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputAt, inputOfRank, requireCount } from '../inputChecks.ts'
import { branchShape, takeBranch } from './branches.ts'
import { convolutionOutputShape, inputShape, tapsPerOutput } from './convolutionShapes.ts'
import type { ConvolutionAttributes } from './geometry.ts'
import { convolveBackwardWeight } from './taps.ts'

export interface ConvBackwardWeightAttributes extends ConvolutionAttributes {
  /** Shape of one weight, `[O, C/groups, …k]`. */
  readonly weightShape: Shape
  /** 2 for a gated convolution: `dy` holds the gradients of feature and gate side by side. */
  readonly branches: 1 | 2
}

/** Gradient of convolutions with respect to their weights: one output per branch. */
export const convBackwardWeight: OpDefinition<ConvBackwardWeightAttributes> = {
  name: 'convBackwardWeight',
  infer(inputs, attributes, where) {
    const { branches, weightShape } = attributes
    requireCount(inputs, 2, where)
    const x = inputOfRank(inputs, 0, 'input', 3, 5, where)
    const dy = inputAt(inputs, 1, 'gradient', where)
    const output = convolutionOutputShape(x.shape, weightShape, attributes, where)
    if (!sameShape(branchShape(dy.shape, branches), output)) {
      throw new SluiceError('shape', 'the gradient does not have the shape of the output', {
        where,
        expected: `${formatShape(output)} for each of ${branches} branches`,
        received: formatShape(dy.shape),
      })
    }
    return Array.from({ length: branches }, () => ({ shape: weightShape, kind: 'plain' as const }))
  },
  reference([x, gradient], weights, attributes) {
    const input = present(x, 'x')
    weights.forEach((dw, branch) => {
      const dy = takeBranch(present(gradient, 'dy'), branch, attributes.branches)
      convolveBackwardWeight(
        input.data,
        input.shape,
        dw.data,
        dw.shape,
        dy.data,
        dy.shape,
        attributes,
      )
    })
  },
  multiplyAdds: (node) =>
    elementCount(inputShape(node, 1)) * tapsPerOutput(node.outputs[0]?.shape ?? []),
  sumLength({ inputs }) {
    const [batch = 1, , ...space] = inputs[1]?.shape ?? []
    return batch * elementCount(space)
  },
}
