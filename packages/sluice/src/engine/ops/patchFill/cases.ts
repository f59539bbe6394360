import type { Shape } from '../../../foundation/shape.ts'
import { activationInput, type CaseValues, opCases } from '../opCase.ts'
import { patchFill } from './patchFill.ts'
import type { PatchFillAttributes } from './patchSteps.ts'

const hole: CaseValues = { from: 'hole' }
const scattered: CaseValues = { from: 'integers', low: 0, high: 2 }

interface Given {
  readonly picture: Shape
  readonly mask?: CaseValues
  readonly attributes?: Partial<PatchFillAttributes>
}

const given: readonly Given[] = [
  { picture: [1, 3, 16, 20] },
  { picture: [2, 3, 17, 13], attributes: { everywhere: 0 } },
  { picture: [3, 1, 12, 11], attributes: { patch: 3, rounds: 3, shade: 0, contrast: 1 } },
  { picture: [1, 5, 14, 15], attributes: { everywhere: 0, patch: 3, shade: 1, contrast: 0.5 } },
  { picture: [1, 3, 40, 33], attributes: { everywhere: 0, rounds: 1 } },
  { picture: [1, 2, 9, 9], attributes: { patch: 1, rounds: 1, shade: 0.25 } },
  { picture: [1, 3, 5, 5], attributes: { everywhere: 2 } },
  // Holes everywhere: no patch is known.
  { picture: [1, 3, 12, 12], mask: scattered, attributes: { everywhere: 0 } },
]

export const patchFillCases = opCases({
  op: patchFill,
  cases: given.map(({ picture, mask = hole, attributes }) => {
    const [batch = 1, , height = 1, width = 1] = picture
    const all = { patch: 5, rounds: 2, shade: 0.6, contrast: 1.2, everywhere: 1, ...attributes }
    const half = [batch, 2, Math.ceil(height / 2), Math.ceil(width / 2)]
    const field = activationInput('field', half, { from: 'integers', low: 0, high: half[3] ?? 1 })
    return {
      name: `[${picture.join(', ')}], patches of ${all.patch}, ${all.everywhere === 0 ? 'near a field' : `${all.everywhere} of ${all.rounds} rounds everywhere`}, mask ${mask.from}`,
      inputs: [
        activationInput('picture', picture),
        activationInput('mask', [batch, 1, height, width], mask),
        ...(all.everywhere === 0 ? [field] : []),
      ],
      attributes: all,
    }
  }),
})
