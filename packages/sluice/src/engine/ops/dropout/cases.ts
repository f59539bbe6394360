import type { Shape } from '../../../foundation/shape.ts'
import { activationInput, integerInput, opCases } from '../opCase.ts'
import { dropout } from './dropout.ts'

const shapes: readonly Shape[] = [
  [1, 7],
  [3, 10],
  [2, 3, 5],
  [2, 6, 7, 5],
  [1, 5, 3, 4, 5],
  [1, 17, 6, 20, 20],
]

export const dropoutCases = opCases({
  op: dropout,
  cases: shapes.flatMap((shape, stream) =>
    [0, 0.1, 0.5].map((probability) => ({
      name: `[${shape.join(', ')}], probability ${probability}`,
      inputs: [activationInput('x', shape), integerInput('step', [], 100_000)],
      // A seed above 2³¹ shows whether words are treated as unsigned.
      attributes: { probability, seed: 0x9e3779b1, stream: stream + 1 },
    })),
  ),
})
