import { SluiceError } from '../../../foundation/errors.ts'
import { formatShape, sameShape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'

/** Sum of two tensors of one shape: `y = a + b`. */
export const add: OpDefinition<object> = {
  name: 'add',
  infer([a, b], _attributes, where) {
    if (a === undefined || b === undefined || !sameShape(a.shape, b.shape)) {
      throw new SluiceError('shape', 'the two tensors must have one shape', {
        where,
        expected: formatShape(a?.shape ?? []),
        received: formatShape(b?.shape ?? []),
      })
    }
    return [{ shape: a.shape, kind: a.kind }]
  },
  gradient: ({ outputGradients: [dy] }) => [dy, dy],
  reference([a, b], [y]) {
    if (a === undefined || b === undefined || y === undefined) return
    for (let i = 0; i < y.data.length; i++) {
      y.data[i] = (a.data[i] as number) + (b.data[i] as number)
    }
  },
}
