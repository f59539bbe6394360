import type { Shape } from '../../../foundation/shape.ts'
import { activationInput, opCases } from '../opCase.ts'
import { subtract } from './subtract.ts'

const shapes: readonly Shape[] = [
  [1, 7],
  [3, 5, 9],
  [2, 6, 7, 5],
  [1, 3, 3, 5, 7],
  [2, 17, 6, 15, 16],
]

export const subtractCases = opCases({
  op: subtract,
  cases: shapes.map((shape) => ({
    name: `[${shape.join(', ')}]`,
    inputs: [activationInput('a', shape), activationInput('b', shape)],
    attributes: {},
  })),
})
