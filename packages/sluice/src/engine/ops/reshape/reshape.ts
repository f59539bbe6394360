import { SluiceError } from '../../../foundation/errors.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount, formatShape, type Shape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputAt, requireCount } from '../inputChecks.ts'

export interface ReshapeAttributes {
  readonly shape: Shape
}

/** The same elements in row-major order under another shape. Flattening is a reshape to `[N, F]`. */
export const reshape: OpDefinition<ReshapeAttributes> = {
  name: 'reshape',
  infer(inputs, { shape }, where) {
    requireCount(inputs, 1, where)
    const x = inputAt(inputs, 0, 'input', where)
    if (elementCount(shape) !== elementCount(x.shape)) {
      throw new SluiceError('shape', 'a reshape cannot change the number of elements', {
        where,
        expected: `${elementCount(x.shape)} elements, as in ${formatShape(x.shape)}`,
        received: `${elementCount(shape)}, ${formatShape(shape)}`,
      })
    }
    return [{ shape, kind: x.kind, type: x.type }]
  },
  gradient({ builder, node, inputs: [x], outputGradients: [dy] }) {
    if (dy === undefined) return []
    return [builder.applyOne(reshape, [dy], { shape: present(x, 'x').shape }, node.path)]
  },
  reference([x], [y]) {
    present(y, 'y').data.set(present(x, 'x').data)
  },
}
