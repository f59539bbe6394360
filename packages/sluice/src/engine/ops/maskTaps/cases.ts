import type { Shape } from '../../../foundation/shape.ts'
import { opCases, weightInput } from '../opCase.ts'
import { maskTaps } from './maskTaps.ts'

const given: readonly { readonly weight: Shape; readonly colours: number }[] = [
  { weight: [5, 3, 3], colours: 1 },
  { weight: [4, 3, 3, 3], colours: 1 },
  { weight: [6, 3, 7, 7], colours: 3 },
  { weight: [6, 9, 3, 5], colours: 3 },
  { weight: [4, 6, 4, 2], colours: 2 },
  { weight: [9, 6, 1, 1], colours: 3 },
  { weight: [3, 2, 3, 3, 3], colours: 1 },
  { weight: [40, 30, 3, 5, 5], colours: 1 },
]

export const maskTapsCases = opCases({
  op: maskTaps,
  cases: given.flatMap(({ weight, colours }) =>
    (['A', 'B'] as const).map((type) => ({
      name: `[${weight.join(', ')}] ${type}, ${colours} colours`,
      inputs: [weightInput('weight', weight)],
      attributes: { type, colours },
    })),
  ),
})
