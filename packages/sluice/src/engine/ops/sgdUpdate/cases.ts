import type { Shape } from '../../../foundation/shape.ts'
import { between, opCases, plainInput, stateInput } from '../opCase.ts'
import { sgdUpdate } from './sgdUpdate.ts'

const shapes: readonly Shape[] = [[1], [7], [6, 5, 3, 3, 3], [10, 1031]]

const options = [
  { momentum: 0, weightDecay: 0, nesterov: false, scaled: false },
  { momentum: 0, weightDecay: 0.01, nesterov: false, scaled: true },
  { momentum: 0.9, weightDecay: 5e-4, nesterov: false, scaled: false },
  { momentum: 0.9, weightDecay: 5e-4, nesterov: true, scaled: true },
]

export const sgdUpdateCases = opCases({
  op: sgdUpdate,
  cases: shapes.flatMap((shape) =>
    options.map((attributes) => ({
      name: `[${shape.join(', ')}] ${JSON.stringify(attributes)}`,
      inputs: [
        stateInput('parameter', shape),
        plainInput('gradient', shape),
        plainInput('learningRate', [], between(0.01, 0.1)),
        ...(attributes.scaled ? [plainInput('scale', [], between(0.2, 1))] : []),
        ...(attributes.momentum > 0 ? [stateInput('momentumBuffer', shape)] : []),
      ],
      attributes,
    })),
  ),
})
