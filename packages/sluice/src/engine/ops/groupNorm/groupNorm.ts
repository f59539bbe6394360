import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputOfRank, inputOfShape, requireCount } from '../inputChecks.ts'
import { normalisationOutputs, normaliseReference } from '../normalisation/normalisation.ts'
import { groupNormBackward } from './groupNormBackward.ts'
import { checkGroups, type GroupNormAttributes, groupsOf } from './groups.ts'

export type { GroupNormAttributes } from './groups.ts'

/**
 * Group normalisation (Wu and He 2018): in `x` `[N, C, …]` each sample's groups of neighbouring
 * channels get mean 0 and variance 1 over channels and space, then, if `affine`, `weight` and `bias`
 * `[C]`. With as many groups as channels it is instance normalisation (Ulyanov et al. 2016). Further
 * outputs: the means and `1 / √(variance + ε)`, `[N, groups]`; they take no gradient of their own.
 */
export const groupNorm: OpDefinition<GroupNormAttributes> = {
  name: 'groupNorm',
  infer(inputs, { groups, affine }, where) {
    requireCount(inputs, affine ? 3 : 1, where)
    const { shape } = inputOfRank(inputs, 0, 'input', 2, 5, where)
    checkGroups(shape, groups, where)
    const cut = groupsOf(shape, groups)
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
      groupNormBackward,
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
  reference(inputs, outputs, { groups, epsilon }) {
    const cut = groupsOf(present(inputs[0], 'x').shape, groups)
    normaliseReference(cut, inputs, outputs, epsilon)
  },
  sumLength: ({ inputs, attributes }) =>
    groupsOf(present(inputs[0], 'x').shape, attributes.groups).values,
}
