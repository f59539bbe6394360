import { SluiceError } from '../../../foundation/errors.ts'
import { present } from '../../../foundation/invariant.ts'
import { formatShape, sameShape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputAt } from '../inputChecks.ts'
import { checkAxis, forEachRun, slice, withSize } from '../slice/slice.ts'

export interface ConcatAttributes {
  readonly axis: number
}

/** Tensors one after another along one axis; all other sizes agree. */
export const concat: OpDefinition<ConcatAttributes> = {
  name: 'concat',
  infer(inputs, { axis }, where) {
    const { shape, kind, type } = inputAt(inputs, 0, 'input', where)
    checkAxis(shape, axis, where)
    let size = 0
    for (const input of inputs) {
      const own = input.shape[axis] ?? 1
      if (!sameShape(input.shape, withSize(shape, axis, own)) || input.kind !== kind) {
        throw new SluiceError('shape', 'the tensors do not fit side by side', {
          where,
          expected: `${formatShape(shape)} but for axis ${axis}`,
          received: formatShape(input.shape),
        })
      }
      size += own
    }
    return [{ shape: withSize(shape, axis, size), kind, type }]
  },
  gradient({ builder, node, inputs, attributes: { axis }, outputGradients: [dy], needs }) {
    if (dy === undefined) return []
    let start = 0
    return inputs.map((input, index) => {
      const end = start + (input.shape[axis] ?? 1)
      const window = { axis, start, end }
      start = end
      return needs(index) ? builder.applyOne(slice, [dy], window, node.path) : undefined
    })
  },
  reference(inputs, [y], { axis }) {
    const whole = present(y, 'y')
    let start = 0
    for (const part of inputs) {
      forEachRun(part.shape, whole.shape, axis, start, (partAt, wholeAt, length) => {
        whole.data.set(part.data.subarray(partAt, partAt + length), wholeAt)
      })
      start += part.shape[axis] ?? 1
    }
  },
}
