import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { alikeInputs } from '../inputChecks.ts'
import { multiply } from '../multiply/multiply.ts'
import { scale } from '../scale/scale.ts'

/** Quotient of two tensors of one shape, elementwise: `y = a / b`, infinite where b is 0. */
export const divide: OpDefinition<object> = {
  name: 'divide',
  infer(inputs, _attributes, where) {
    const a = alikeInputs(inputs, where)
    return [{ shape: a.shape, kind: a.kind }]
  },
  gradient({ builder, node, inputs: [, b], outputs: [y], outputGradients: [dy], needs }) {
    if (dy === undefined || b === undefined || y === undefined) return []
    const da = builder.applyOne(divide, [dy, b], {}, node.path)
    if (!needs(1)) return [da]
    const product = builder.applyOne(multiply, [da, y], {}, node.path)
    return [da, builder.applyOne(scale, [product], { factor: -1, offset: 0 }, node.path)]
  },
  reference([a, b], [y]) {
    const left = present(a, 'a').data
    const right = present(b, 'b').data
    const output = present(y, 'y').data
    for (let i = 0; i < output.length; i++) {
      output[i] = (left[i] as number) / (right[i] as number)
    }
  },
}
