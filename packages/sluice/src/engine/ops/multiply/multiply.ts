import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { alikeInputs } from '../inputChecks.ts'

/** Product of two tensors of one shape, elementwise: `y = a · b`. */
export const multiply: OpDefinition<object> = {
  name: 'multiply',
  infer(inputs, _attributes, where) {
    const a = alikeInputs(inputs, where)
    return [{ shape: a.shape, kind: a.kind }]
  },
  gradient({ builder, node, inputs: [a, b], outputGradients: [dy], needs }) {
    if (dy === undefined || a === undefined || b === undefined) return []
    return [
      needs(0) ? builder.applyOne(multiply, [dy, b], {}, node.path) : undefined,
      needs(1) ? builder.applyOne(multiply, [dy, a], {}, node.path) : undefined,
    ]
  },
  reference([a, b], [y]) {
    const left = present(a, 'a').data
    const right = present(b, 'b').data
    const output = present(y, 'y').data
    for (let i = 0; i < output.length; i++) {
      output[i] = (left[i] as number) * (right[i] as number)
    }
  },
}
