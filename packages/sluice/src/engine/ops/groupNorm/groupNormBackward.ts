import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'
import { normaliseBackwardReference } from '../normalisation/normalisation.ts'
import { checkGroups, type GroupNormAttributes, groupsOf } from './groups.ts'

/**
 * Gradient of group normalisation, through the statistics. Inputs: `x`, `mean` and
 * `inverseDeviation` `[N, groups]`, `dy` and, if `affine`, `weight` `[C]`. Outputs: `dx` and, if
 * `affine`, `dWeight` and `dBias`.
 */
export const groupNormBackward: OpDefinition<GroupNormAttributes> = {
  name: 'groupNormBackward',
  infer(inputs, { groups, affine }, where) {
    requireCount(inputs, affine ? 5 : 4, where)
    const { shape } = inputOfRank(inputs, 0, 'input', 2, 5, where)
    checkGroups(shape, groups, where)
    const { statistics, parameterShape } = groupsOf(shape, groups)
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
  reference(inputs, outputs, { groups }) {
    const cut = groupsOf(present(inputs[0], 'x').shape, groups)
    normaliseBackwardReference(cut, inputs, outputs)
  },
  // The longer of the sums behind a group's statistics and behind a channel's weight.
  sumLength({ inputs, attributes }) {
    const { shape } = present(inputs[0], 'x')
    const perChannel = elementCount(shape) / (shape[1] ?? 1)
    return Math.max(groupsOf(shape, attributes.groups).values, perChannel)
  },
}
