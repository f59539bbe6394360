import type { Shape } from '../../../foundation/shape.ts'
import { activationInput, type CaseValues, opCases } from '../opCase.ts'
import { lineFill } from './lineFill.ts'

const hole: CaseValues = { from: 'hole' }
const scattered: CaseValues = { from: 'integers', low: 0, high: 2 }

const given: readonly { readonly picture: Shape; readonly mask: CaseValues }[] = [
  { picture: [1, 3, 16, 20], mask: hole },
  { picture: [2, 3, 13, 9], mask: scattered },
  { picture: [3, 1, 7, 11], mask: hole },
  { picture: [1, 4, 1, 9], mask: scattered },
  { picture: [1, 2, 6, 1], mask: scattered },
  { picture: [2, 3, 1, 1], mask: scattered },
  // Nothing is known: every value is 1.
  { picture: [1, 3, 5, 4], mask: { from: 'integers', low: 1, high: 2 } },
  { picture: [1, 3, 40, 33], mask: scattered },
]

export const lineFillCases = opCases({
  op: lineFill,
  cases: given.map(({ picture, mask }) => ({
    name: `[${picture.join(', ')}], mask ${mask.from}`,
    inputs: [
      activationInput('picture', picture),
      activationInput('mask', [picture[0] ?? 1, 1, ...picture.slice(2)], mask),
    ],
    attributes: {},
  })),
})
