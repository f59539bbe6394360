import type { Shape } from '../../../foundation/shape.ts'
import { between, opCases, plainInput, weightInput } from '../opCase.ts'
import { magnitudeShape, weightNorm } from './weightNorm.ts'
import { weightNormBackward } from './weightNormBackward.ts'

const shapes: readonly Shape[] = [
  [4, 6],
  [1, 7],
  [5, 1, 3],
  [3, 4, 3, 3],
  [6, 5, 3, 3, 3],
  [33, 48, 1, 3, 3],
]
const positive = between(0.3, 2)

export const weightNormCases = opCases({
  op: weightNorm,
  cases: shapes.map((shape) => ({
    name: `[${shape.join(', ')}]`,
    inputs: [weightInput('v', shape), weightInput('g', magnitudeShape(shape), positive)],
    attributes: {},
  })),
})

export const weightNormBackwardCases = opCases({
  op: weightNormBackward,
  cases: shapes.map((shape) => ({
    name: `[${shape.join(', ')}]`,
    inputs: [
      weightInput('v', shape),
      weightInput('g', magnitudeShape(shape), positive),
      plainInput('dw', shape),
    ],
    attributes: {},
  })),
})
