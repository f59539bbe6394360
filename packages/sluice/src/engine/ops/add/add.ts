import { present } from '../../../foundation/invariant.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { alikeInputs } from '../inputChecks.ts'

/** Sum of two tensors of one shape: `y = a + b`. */
export const add: OpDefinition<object> = {
  name: 'add',
  infer(inputs, _attributes, where) {
    const a = alikeInputs(inputs, where)
    return [{ shape: a.shape, kind: a.kind }]
  },
  gradient: ({ outputGradients: [dy] }) => [dy, dy],
  reference([a, b], [y]) {
    const left = present(a, 'a').data
    const right = present(b, 'b').data
    const output = present(y, 'y').data
    for (let i = 0; i < output.length; i++) {
      output[i] = (left[i] as number) + (right[i] as number)
    }
  },
}
