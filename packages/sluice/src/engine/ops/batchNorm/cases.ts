import type { Shape } from '../../../foundation/shape.ts'
import {
  activationInput,
  between,
  opCases,
  plainInput,
  stateInput,
  weightInput,
} from '../opCase.ts'
import { batchNorm } from './batchNorm.ts'
import { batchNormBackward } from './batchNormBackward.ts'
import { batchNormInference } from './batchNormInference.ts'
import { updateRunning } from './updateRunning.ts'

const shapes: readonly Shape[] = [
  [6, 5],
  [3, 4, 7],
  [1, 3, 5, 5],
  [2, 6, 7, 9],
  [3, 5, 2, 3, 4],
  [2, 17, 6, 20, 20],
]

const looseness = {
  factor: 4,
  why: 'the error of a mean is divided by the deviation, which is smaller than the values',
}

function perChannel(shape: Shape): Shape {
  return [shape[1] ?? 1]
}

/** Values around 1, so that a variance from raw squares would lose digits. */
const shifted = between(0, 2)
const positive = between(0.2, 1.5)

export const batchNormCases = opCases({
  op: batchNorm,
  looseness,
  cases: shapes.map((shape) => ({
    name: `[${shape.join(', ')}]`,
    inputs: [
      activationInput('x', shape, shifted),
      weightInput('weight', perChannel(shape), positive),
      weightInput('bias', perChannel(shape)),
    ],
    attributes: { epsilon: 1e-5 },
  })),
})

export const batchNormBackwardCases = opCases({
  op: batchNormBackward,
  looseness,
  cases: shapes.map((shape) => ({
    name: `[${shape.join(', ')}]`,
    inputs: [
      activationInput('x', shape, shifted),
      weightInput('weight', perChannel(shape), positive),
      plainInput('mean', perChannel(shape), between(0.9, 1.1)),
      plainInput('variance', perChannel(shape), between(0.2, 0.5)),
      activationInput('dy', shape),
    ],
    attributes: { epsilon: 1e-5 },
  })),
})

export const batchNormInferenceCases = opCases({
  op: batchNormInference,
  looseness,
  cases: [[1, 5], ...shapes].map((shape) => ({
    name: `[${shape.join(', ')}]`,
    inputs: [
      activationInput('x', shape),
      weightInput('weight', perChannel(shape), positive),
      weightInput('bias', perChannel(shape)),
      weightInput('runningMean', perChannel(shape)),
      weightInput('runningVariance', perChannel(shape), positive),
    ],
    attributes: { epsilon: 1e-3 },
    constants: ['runningMean', 'runningVariance'],
  })),
})

export const updateRunningCases = opCases({
  op: updateRunning,
  cases: [1, 6, 34].flatMap((channels) =>
    [0.1, 1].map((momentum) => ({
      name: `${channels} channels, momentum ${momentum}`,
      inputs: [
        stateInput('runningMean', [channels]),
        stateInput('runningVariance', [channels], positive),
        plainInput('mean', [channels]),
        plainInput('variance', [channels], positive),
      ],
      attributes: { momentum, count: 12 },
    })),
  ),
})
