import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'
import { normaliseBackwardReference } from '../normalisation/normalisation.ts'
import { checkDimensions, type LayerNormAttributes, trailingOf } from './trailing.ts'

/**
 * Gradient of layer normalisation, through the statistics. Inputs: `x`, `mean` and
 * `inverseDeviation` (of the shape of the dimensions outside), `dy` and, if `affine`, `weight`.
 * Outputs: `dx` and, if `affine`, `dWeight` and `dBias`.
 */
export const layerNormBackward: OpDefinition<LayerNormAttributes> = {
  name: 'layerNormBackward',
  infer(inputs, { dimensions, affine }, where) {
    requireCount(inputs, affine ? 5 : 4, where)
    const { shape } = inputOfRank(inputs, 0, 'input', 2, 5, where)
    checkDimensions(shape, dimensions, where)
    const { statistics, parameterShape } = trailingOf(shape, dimensions)
    inputOfShape(inputs, 1, 'mean', statistics, where)
    inputOfShape(inputs, 2, 'inverse deviation', statistics, where)
    inputOfShape(inputs, 3, 'gradient', shape, where)
    if (!affine) return [{ shape }]
    inputOfShape(inputs, 4, 'weight', parameterShape, where)
    return [
      { shape },
      { shape: parameterShape, kind: 'plain' },
      { shape: parameterShape, kind: 'plain' },
    ]
  },
  reference(inputs, outputs, { dimensions }) {
    const cut = trailingOf(present(inputs[0], 'x').shape, dimensions)
    normaliseBackwardReference(cut, inputs, outputs)
  },
  // The longer of the sums behind a statistic and behind one place's weight.
  sumLength({ inputs, attributes }) {
    const { shape } = present(inputs[0], 'x')
    const { values, parameters } = trailingOf(shape, attributes.dimensions)
    return Math.max(values, elementCount(shape) / parameters)
  },
}
