import type { Shape } from '../../../foundation/shape.ts'
import { activationInput, opCases } from '../opCase.ts'
import { globalAveragePool, globalAveragePoolBackward } from './globalAveragePool.ts'

const shapes: readonly Shape[] = [
  [3, 5, 13],
  [1, 4, 1, 1],
  [2, 7, 5, 9],
  [3, 6, 2, 3, 5],
  [1, 34, 8, 20, 20],
]

export const globalAveragePoolCases = opCases({
  op: globalAveragePool,
  cases: shapes.map((shape) => ({
    name: `[${shape.join(', ')}]`,
    inputs: [activationInput('x', shape)],
    attributes: {},
  })),
})

export const globalAveragePoolBackwardCases = opCases({
  op: globalAveragePoolBackward,
  cases: shapes.map((shape) => ({
    name: `[${shape.join(', ')}]`,
    inputs: [activationInput('dy', shape.slice(0, 2))],
    attributes: { inputShape: shape },
  })),
})
