import type { Shape } from '../../../foundation/shape.ts'
import { between, opCases, plainInput, weightInput } from '../opCase.ts'
import { matrixOf } from './matrix.ts'
import { powerIteration } from './powerIteration.ts'
import { spectralNorm } from './spectralNorm.ts'
import { spectralNormBackward } from './spectralNormBackward.ts'

const shapes: readonly Shape[] = [
  [4, 6],
  [1, 7],
  [5, 1, 3],
  [3, 4, 3, 3],
  [6, 5, 3, 3, 3],
  [33, 48, 1, 3, 3],
]
const name = (shape: Shape) => `[${shape.join(', ')}]`
/** No signs: a sum that cancels to almost nothing would make σ, and so everything, a matter of luck. */
const positive = between(0.1, 1)

export const powerIterationCases = opCases({
  op: powerIteration,
  cases: shapes.map((shape) => ({
    name: name(shape),
    inputs: [weightInput('weight', shape), weightInput('u', [matrixOf(shape).rows], positive)],
    attributes: { epsilon: 1e-12 },
  })),
})

export const spectralNormCases = opCases({
  op: spectralNorm,
  cases: shapes.map((shape) => ({
    name: name(shape),
    inputs: [
      weightInput('weight', shape, between(-0.5, 1)),
      weightInput('u', [matrixOf(shape).rows], positive),
      weightInput('v', [matrixOf(shape).columns], positive),
    ],
    attributes: {},
    constants: ['u', 'v'],
  })),
})

export const spectralNormBackwardCases = opCases({
  op: spectralNormBackward,
  cases: shapes.map((shape) => ({
    name: name(shape),
    inputs: [
      weightInput('w', shape),
      weightInput('u', [matrixOf(shape).rows]),
      weightInput('v', [matrixOf(shape).columns]),
      plainInput('sigma', [], between(0.5, 2)),
      plainInput('dw', shape),
    ],
    attributes: {},
  })),
})
