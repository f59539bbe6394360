import { SluiceError } from '../../../foundation/errors.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount, formatShape, type Shape } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import { inputAt, requireCount } from '../inputChecks.ts'

export interface SliceAttributes {
  readonly axis: number
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

export interface PadZerosAttributes {
  readonly axis: number
  readonly before: number
  readonly after: number
}

/** The shape with another size along one axis. */
export function withSize(shape: Shape, axis: number, size: number): Shape {
  return shape.map((old, at) => (at === axis ? size : old))
}

/**
 * Visits the contiguous runs that a part, standing at `start` along `axis` of the whole, has in both:
 * row-major offsets in part and whole, and the length.
 */
export function forEachRun(
  part: Shape,
  whole: Shape,
  axis: number,
  start: number,
  visit: (partAt: number, wholeAt: number, length: number) => void,
): void {
  const outer = elementCount(part.slice(0, axis))
  const partRun = elementCount(part.slice(axis))
  const wholeRun = elementCount(whole.slice(axis))
  const offset = start * elementCount(whole.slice(axis + 1))
  for (let i = 0; i < outer; i++) visit(i * partRun, i * wholeRun + offset, partRun)
}

/** Refuses an axis that the shape does not have. */
export function checkAxis(shape: Shape, axis: number, where: string): void {
  if (!Number.isSafeInteger(axis) || axis < 0 || axis >= shape.length) {
    throw new SluiceError('shape', 'there is no such axis', {
      where,
      expected: `0 to ${shape.length - 1} for ${formatShape(shape)}`,
      received: `${axis}`,
    })
  }
}

/** The part from `start` to before `end` along one axis. Its gradient is padded with zeros. */
export const slice: OpDefinition<SliceAttributes> = {
  name: 'slice',
  infer(inputs, { axis, start, end }, where) {
    requireCount(inputs, 1, where)
    const { shape, kind, type } = inputAt(inputs, 0, 'input', where)
    checkAxis(shape, axis, where)
    const size = shape[axis] ?? 1
    const whole = Number.isSafeInteger(start) && Number.isSafeInteger(end)
    if (!whole || !(start >= 0 && start < end && end <= size)) {
      throw new SluiceError('shape', 'the slice does not lie within its axis', {
        where,
        expected: `whole numbers with 0 ≤ start < end ≤ ${size}`,
        received: `${start} to ${end}`,
      })
    }
    return [{ shape: withSize(shape, axis, end - start), kind, type }]
  },
  gradient({ builder, node, inputs: [x], attributes, outputGradients: [dy] }) {
    if (dy === undefined) return []
    const { axis, start, end } = attributes
    const after = (x?.shape[axis] ?? end) - end
    return [builder.applyOne(padZeros, [dy], { axis, before: start, after }, node.path)]
  },
  reference([x], [y], { axis, start }) {
    const part = present(y, 'y')
    const whole = present(x, 'x')
    forEachRun(part.shape, whole.shape, axis, start, (partAt, wholeAt, length) => {
      part.data.set(whole.data.subarray(wholeAt, wholeAt + length), partAt)
    })
  },
}

/** Zeros before and after along one axis: the gradient of `slice`, and the other way round. */
export const padZeros: OpDefinition<PadZerosAttributes> = {
  name: 'padZeros',
  infer(inputs, { axis, before, after }, where) {
    requireCount(inputs, 1, where)
    const { shape, kind, type } = inputAt(inputs, 0, 'input', where)
    checkAxis(shape, axis, where)
    const whole = Number.isSafeInteger(before) && Number.isSafeInteger(after)
    if (!whole || before < 0 || after < 0) {
      throw new SluiceError('shape', 'this much cannot be padded', {
        where,
        expected: 'whole numbers from 0',
        received: `${before} before, ${after} after`,
      })
    }
    return [{ shape: withSize(shape, axis, before + (shape[axis] ?? 1) + after), kind, type }]
  },
  gradient({ builder, node, inputs: [x], attributes, outputGradients: [dy] }) {
    if (dy === undefined) return []
    const { axis, before } = attributes
    const end = before + (x?.shape[axis] ?? 1)
    return [builder.applyOne(slice, [dy], { axis, start: before, end }, node.path)]
  },
  reference([x], [y], { axis, before }) {
    const part = present(x, 'x')
    const whole = present(y, 'y')
    forEachRun(part.shape, whole.shape, axis, before, (partAt, wholeAt, length) => {
      whole.data.set(part.data.subarray(partAt, partAt + length), wholeAt)
    })
  },
}
