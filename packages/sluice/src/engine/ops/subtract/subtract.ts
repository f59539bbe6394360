import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { alikeInputs } from '../inputChecks.ts'
import { scale } from '../scale/scale.ts'

/** Difference of two tensors of one shape: `y = a − b`. */
export const subtract: OpDefinition<object> = {
  name: 'subtract',
  infer(inputs, _attributes, where) {
    const a = alikeInputs(inputs, where)
    return [{ shape: a.shape, kind: a.kind }]
  },
  gradient({ builder, node, outputGradients: [dy], needs }) {
    if (dy === undefined) return []
    const minus = { factor: -1, offset: 0 }
    return [dy, needs(1) ? builder.applyOne(scale, [dy], minus, node.path) : undefined]
  },
  reference([a, b], [y]) {
    const left = present(a, 'a').data
    const right = present(b, 'b').data
    const output = present(y, 'y').data
    for (let i = 0; i < output.length; i++) {
      output[i] = (left[i] as number) - (right[i] as number)
    }
  },
}
