import type { Shape } from '../../../foundation/shape.ts'
import { activationInput, opCases } from '../opCase.ts'
import { concat } from './concat.ts'

interface ConcatCase {
  readonly axis: number
  readonly shapes: readonly Shape[]
}

const concatCasesTable: readonly ConcatCase[] = [
  {
    axis: 1,
    shapes: [
      [3, 4],
      [3, 5],
    ],
  },
  {
    axis: 0,
    shapes: [
      [2, 5],
      [1, 5],
      [3, 5],
    ],
  },
  {
    axis: 1,
    shapes: [
      [2, 3, 7],
      [2, 6, 7],
    ],
  },
  {
    axis: 2,
    shapes: [
      [2, 3, 7],
      [2, 3, 4],
    ],
  },
  {
    axis: 1,
    shapes: [
      [1, 8, 5, 6],
      [1, 8, 5, 6],
    ],
  },
  {
    axis: 1,
    shapes: [
      [3, 5, 5, 6],
      [3, 2, 5, 6],
      [3, 1, 5, 6],
    ],
  },
  {
    axis: 0,
    shapes: [
      [1, 3, 2, 5, 4],
      [2, 3, 2, 5, 4],
    ],
  },
  {
    axis: 2,
    shapes: [
      [2, 3, 2, 5, 4],
      [2, 3, 3, 5, 4],
    ],
  },
  {
    axis: 4,
    shapes: [
      [2, 3, 2, 5, 4],
      [2, 3, 2, 5, 1],
    ],
  },
  {
    axis: 1,
    shapes: [
      [1, 16, 6, 20, 20],
      [1, 8, 6, 20, 20],
    ],
  },
]

export const concatCases = opCases({
  op: concat,
  cases: concatCasesTable.map(({ axis, shapes }) => ({
    name: `axis ${axis} of ${shapes.map((shape) => `[${shape.join(', ')}]`).join(' ')}`,
    inputs: shapes.map((shape, index) => activationInput(`part${index}`, shape)),
    attributes: { axis },
  })),
})
