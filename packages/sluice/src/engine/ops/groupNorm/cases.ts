import type { Shape } from '../../../foundation/shape.ts'
import { normalisationLooseness as looseness } from '../normalisation/looseness.ts'
import { activationInput, between, opCases, weightInput } from '../opCase.ts'
import { groupNorm } from './groupNorm.ts'
import { groupNormBackward } from './groupNormBackward.ts'

/** Shapes and groups: one group, groups that cut vectors of four in two, one group a channel. */
const problems: readonly (readonly [shape: Shape, groups: number])[] = [
  [[5, 6], 2],
  [[3, 4, 7], 4],
  [[1, 3, 5, 5], 1],
  [[2, 6, 7, 9], 2],
  [[2, 10, 4, 6], 5],
  [[1, 1, 9, 11], 1],
  [[3, 12, 2, 3, 4], 3],
  [[2, 18, 6, 20, 20], 18],
  [[1, 16, 3, 30, 20], 4],
]

/** Values around 1, so that a variance from raw squares would lose digits. */
const shifted = between(0, 2)
const positive = between(0.2, 1.5)
const name = (shape: Shape, groups: number, affine: boolean) =>
  `[${shape.join(', ')}] in ${groups}${affine ? '' : ', plain'}`

export const groupNormCases = opCases({
  op: groupNorm,
  looseness,
  cases: problems.flatMap(([shape, groups]) =>
    [true, false].map((affine) => ({
      name: name(shape, groups, affine),
      inputs: [
        activationInput('x', shape, shifted),
        ...(affine
          ? [
              weightInput('weight', shape.slice(1, 2), positive),
              weightInput('bias', shape.slice(1, 2)),
            ]
          : []),
      ],
      attributes: { groups, epsilon: 1e-5, affine },
    })),
  ),
})

export const groupNormBackwardCases = opCases({
  op: groupNormBackward,
  looseness,
  cases: problems.flatMap(([shape, groups]) =>
    [true, false].map((affine) => ({
      name: name(shape, groups, affine),
      inputs: [
        activationInput('x', shape, shifted),
        activationInput('mean', [shape[0] ?? 1, groups], between(0.9, 1.1)),
        activationInput('inverseDeviation', [shape[0] ?? 1, groups], between(1.4, 2.2)),
        activationInput('dy', shape),
        ...(affine ? [weightInput('weight', shape.slice(1, 2), positive)] : []),
      ],
      attributes: { groups, epsilon: 1e-5, affine },
    })),
  ),
})
