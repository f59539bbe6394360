import type { Shape } from '../../../foundation/shape.ts'
import { opCases, plainInput } from '../opCase.ts'
import { gradientNorm } from './gradientNorm.ts'

const sets: readonly (readonly Shape[])[] = [
  [[1]],
  [[5, 3, 3], [5]],
  [[16, 3, 3, 3, 3], [16], [32, 16, 3, 3, 3], [32], [10, 333], [10]],
]

export const gradientNormCases = opCases({
  op: gradientNorm,
  cases: sets.flatMap((shapes) =>
    [1, 1e6, 0].map((maxNorm) => ({
      name: `${shapes.length} gradients, clipped to ${maxNorm}`,
      inputs: shapes.map((shape, index) => plainInput(`gradient${index}`, shape)),
      attributes: { maxNorm },
    })),
  ),
})
