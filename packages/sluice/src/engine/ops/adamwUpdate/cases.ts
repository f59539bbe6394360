import type { Shape } from '../../../foundation/shape.ts'
import {
  between,
  type CaseInput,
  integerInput,
  opCases,
  plainInput,
  stateInput,
} from '../opCase.ts'
import { adamwUpdate } from './adamwUpdate.ts'

const shapes: readonly Shape[] = [[1], [7], [6, 5, 3, 3, 3], [10, 1031]]

const common = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

function stepBelow(limit: number): CaseInput {
  return integerInput('step', [], limit)
}

export const adamwUpdateCases = opCases({
  op: adamwUpdate,
  cases: shapes.flatMap((shape) =>
    [
      { weightDecay: 0, scaled: false, steps: 1 },
      { weightDecay: 0.01, scaled: true, steps: 40 },
      { weightDecay: 0.1, scaled: false, steps: 100_000 },
      { weightDecay: 0.1, scaled: true, steps: 40, coupledDecay: true, beta1: 0.5 },
    ].map(({ steps, ...options }) => ({
      name: `[${shape.join(', ')}] ${JSON.stringify(options)}, step below ${steps}`,
      inputs: [
        stateInput('parameter', shape),
        plainInput('gradient', shape),
        plainInput('learningRate', [], between(0.01, 0.1)),
        stepBelow(steps),
        ...(options.scaled ? [plainInput('scale', [], between(0.2, 1))] : []),
        stateInput('firstMoment', shape),
        stateInput('secondMoment', shape, between(0.1, 1)),
      ],
      attributes: { ...common, ...options },
    })),
  ),
})
