import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputAt, inputOfShape, requireCount } from '../inputChecks.ts'

/** Gradient of a ReLU from its output, for ReLUs fused into convolutions: `dx = dy where y > 0`. */
export const reluBackward: OpDefinition<object> = {
  name: 'reluBackward',
  infer(inputs, _attributes, where) {
    requireCount(inputs, 2, where)
    const y = inputAt(inputs, 0, 'output', where)
    inputOfShape(inputs, 1, 'gradient', y.shape, where)
    return [{ shape: y.shape, kind: y.kind }]
  },
  reference([y, dy], [dx]) {
    const output = present(y, 'y').data
    const gradient = present(dy, 'dy').data
    const target = present(dx, 'dx').data
    for (let i = 0; i < target.length; i++) {
      target[i] = (output[i] as number) > 0 ? (gradient[i] as number) : 0
    }
  },
}
