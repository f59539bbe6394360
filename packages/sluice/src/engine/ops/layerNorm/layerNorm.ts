import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'
import { normalisationOutputs, normaliseReference } from '../normalisation/normalisation.ts'
import { layerNormBackward } from './layerNormBackward.ts'
import { checkDimensions, type LayerNormAttributes, trailingOf } from './trailing.ts'

export type { LayerNormAttributes } from './trailing.ts'

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016) as PyTorch's: the trailing `dimensions` of `x` get
 * mean 0 and variance 1 together, then, if `affine`, a `weight` and `bias` for every place in them.
 * Further outputs: the means and `1 / √(variance + ε)`, of the shape of the other dimensions; they
 * take no gradient of their own.
 */
export const layerNorm: OpDefinition<LayerNormAttributes> = {
  name: 'layerNorm',
  infer(inputs, { dimensions, affine }, where) {
    requireCount(inputs, affine ? 3 : 1, where)
    const { shape } = inputOfRank(inputs, 0, 'input', 2, 5, where)
    checkDimensions(shape, dimensions, where)
    const cut = trailingOf(shape, dimensions)
    if (affine) {
      inputOfShape(inputs, 1, 'weight', cut.parameterShape, where)
      inputOfShape(inputs, 2, 'bias', cut.parameterShape, where)
    }
    return normalisationOutputs(shape, cut)
  },
  gradient({ builder, node, inputs, outputs, attributes, outputGradients: [dy] }) {
    if (dy === undefined) return []
    const [x, ...weightAndBias] = inputs
    const [, mean, inverseDeviation] = outputs
    return builder.apply(
      layerNormBackward,
      [
        present(x, 'x'),
        present(mean, 'mean'),
        present(inverseDeviation, 'inverse deviation'),
        dy,
        ...weightAndBias.slice(0, 1),
      ],
      attributes,
      node.path,
    )
  },
  reference(inputs, outputs, { dimensions, epsilon }) {
    const cut = trailingOf(present(inputs[0], 'x').shape, dimensions)
    normaliseReference(cut, inputs, outputs, epsilon)
  },
  sumLength: ({ inputs, attributes }) =>
    trailingOf(present(inputs[0], 'x').shape, attributes.dimensions).values,
}
