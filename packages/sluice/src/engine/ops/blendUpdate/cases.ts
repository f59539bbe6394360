import type { Shape } from '../../../foundation/shape.ts'
import { between, opCases, plainInput, stateInput, weightInput } from '../opCase.ts'
import { blendUpdate } from './blendUpdate.ts'

const shapes: readonly Shape[] = [[1], [7], [6, 5, 3, 3, 3], [10, 1999]]

export const blendUpdateCases = opCases({
  op: blendUpdate,
  cases: shapes.flatMap((shape) =>
    [plainInput('value', shape), weightInput('value', shape)].map((value) => ({
      name: `[${shape.join(', ')}] with a ${value.role} value`,
      inputs: [
        stateInput('state', shape),
        value,
        plainInput('keep', [], between(0, 1)),
        plainInput('add', [], between(0, 1)),
      ],
      attributes: {},
    })),
  ),
})
