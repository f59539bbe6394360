import type { Shape } from '../../../foundation/shape.ts'
import { activationInput, opCases, plainInput } from '../opCase.ts'
import { scale } from './scale.ts'

const shapes: readonly Shape[] = [
  [1, 7],
  [3, 5, 9],
  [2, 6, 7, 5],
  [1, 3, 3, 5, 7],
  [2, 17, 6, 15, 16],
]

export const scaleCases = opCases({
  op: scale,
  cases: [
    ...shapes.map((shape) => ({
      name: `[${shape.join(', ')}]`,
      inputs: [activationInput('x', shape)],
      attributes: { factor: -1.5, offset: 0.25 },
    })),
    {
      name: 'a scalar',
      inputs: [plainInput('x', [])],
      attributes: { factor: 3, offset: 0 },
    },
  ],
})
