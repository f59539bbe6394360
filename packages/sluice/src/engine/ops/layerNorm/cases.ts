import type { Shape } from '../../../foundation/shape.ts'
import { normalisationLooseness as looseness } from '../normalisation/looseness.ts'
import { activationInput, between, opCases, weightInput } from '../opCase.ts'
import { layerNorm } from './layerNorm.ts'
import { layerNormBackward } from './layerNormBackward.ts'

/** Shapes and trailing dimensions: features, space, space and channels. */
const problems: readonly (readonly [shape: Shape, dimensions: number])[] = [
  [[4, 10], 1],
  [[3, 4, 7], 1],
  [[2, 5, 6], 2],
  [[2, 3, 5, 6], 1],
  [[2, 6, 5, 4], 2],
  [[3, 6, 5, 4], 3],
  [[2, 1, 5, 7], 3],
  [[2, 3, 4, 5, 6], 2],
  [[1, 17, 3, 12, 10], 3],
  [[2, 17, 3, 12, 10], 4],
]

const shifted = between(0, 2)
const positive = between(0.2, 1.5)
const name = (shape: Shape, dimensions: number, affine: boolean) =>
  `[${shape.join(', ')}] over ${dimensions}${affine ? '' : ', plain'}`

export const layerNormCases = opCases({
  op: layerNorm,
  looseness,
  cases: problems.flatMap(([shape, dimensions]) =>
    [true, false].map((affine) => ({
      name: name(shape, dimensions, affine),
      inputs: [
        activationInput('x', shape, shifted),
        ...(affine
          ? [
              weightInput('weight', shape.slice(-dimensions), positive),
              weightInput('bias', shape.slice(-dimensions)),
            ]
          : []),
      ],
      attributes: { dimensions, epsilon: 1e-5, affine },
    })),
  ),
})

export const layerNormBackwardCases = opCases({
  op: layerNormBackward,
  looseness,
  cases: problems.flatMap(([shape, dimensions]) =>
    [true, false].map((affine) => ({
      name: name(shape, dimensions, affine),
      inputs: [
        activationInput('x', shape, shifted),
        activationInput('mean', shape.slice(0, -dimensions), between(0.9, 1.1)),
        activationInput('inverseDeviation', shape.slice(0, -dimensions), between(1.4, 2.2)),
        activationInput('dy', shape),
        ...(affine ? [weightInput('weight', shape.slice(-dimensions), positive)] : []),
      ],
      attributes: { dimensions, epsilon: 1e-5, affine },
    })),
  ),
})
