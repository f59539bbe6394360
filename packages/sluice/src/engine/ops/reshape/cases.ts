import type { Shape } from '../../../foundation/shape.ts'
import { activationInput, opCases } from '../opCase.ts'
import { reshape } from './reshape.ts'

const pairs: readonly (readonly [Shape, Shape])[] = [
  [
    [3, 8],
    [3, 2, 4],
  ],
  [
    [3, 2, 4],
    [3, 8],
  ],
  [
    [2, 6, 5, 7],
    [2, 210],
  ],
  [
    [1, 5, 3, 4, 5],
    [1, 300],
  ],
  [
    [2, 210],
    [2, 6, 5, 7],
  ],
  [
    [2, 6, 5, 7],
    [2, 3, 2, 5, 7],
  ],
  [
    [4, 3, 5, 5],
    [2, 6, 5, 5],
  ],
  [
    [2, 6, 4, 6],
    [12, 24],
  ],
  [
    [2, 16, 4, 16, 16],
    [2, 16384],
  ],
]

export const reshapeCases = opCases({
  op: reshape,
  cases: pairs.map(([from, to]) => ({
    name: `[${from.join(', ')}] to [${to.join(', ')}]`,
    inputs: [activationInput('x', from)],
    attributes: { shape: to },
  })),
})
