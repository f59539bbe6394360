import { SluiceError } from '../../../foundation/errors.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount, formatShape, type Shape, stridesOf } from '../../../foundation/shape.ts'
import type { OpDefinition } from '../../graph/opDefinition.ts'
import type { Value, ValueKind } from '../../graph/value.ts'
import { inputAt, inputOfShape, requireCount } from '../inputChecks.ts'

export interface SumAttributes {
  /** Different axes in any order, counted from 0. */
  readonly axes: readonly number[]
  /** Whether the axes stay, with size 1. */
  readonly keepDims: boolean
}

export interface SumBackwardAttributes extends SumAttributes {
  readonly inputShape: Shape
  readonly inputKind: ValueKind
  /** 1 for sums; for means one by the number of elements. */
  readonly factor: number
}

/** The shape with the axes' sizes 1. */
export function keptShape(shape: Shape, axes: readonly number[]): Shape {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
}

/** Elements behind each sum. */
export function summedCount(shape: Shape, axes: readonly number[]): number {
  return elementCount(shape) / elementCount(keptShape(shape, axes))
}

/**
 * Shape and kind after summing. Without batch and channels where an activation has them, what is left
 * of three and more axes is a plain tensor.
 */
function summed(x: Value, { axes, keepDims }: SumAttributes, where: string) {
  const { shape, kind } = x
  const known = axes.every((axis) => Number.isSafeInteger(axis) && axis >= 0 && axis < shape.length)
  if (!known || axes.length === 0 || new Set(axes).size !== axes.length) {
    throw new SluiceError('shape', 'these axes cannot be summed over', {
      where,
      expected: `different whole numbers from 0 to ${shape.length - 1} for ${formatShape(shape)}`,
      received: formatShape(axes),
    })
  }
  if (keepDims) return { shape: keptShape(shape, axes), kind }
  const rest = shape.filter((_, axis) => !axes.includes(axis))
  const loses = axes.includes(0) || axes.includes(1)
  return { shape: rest, kind: loses && rest.length >= 3 ? ('plain' as const) : kind }
}

/** For each element of the input, the row-major index of its sum. */
function sumIndices(shape: Shape, axes: readonly number[]): Int32Array {
  const kept = keptShape(shape, axes)
  const strides = stridesOf(shape)
  const keptStrides = stridesOf(kept)
  return Int32Array.from({ length: elementCount(shape) }, (_, i) => {
    let index = 0
    let rest = i
    strides.forEach((stride, axis) => {
      if (kept[axis] !== 1) index += Math.floor(rest / stride) * (keptStrides[axis] ?? 1)
      rest %= stride
    })
    return index
  })
}

/** Gives every element the gradient of its sum, times `factor`. */
export const sumBackward: OpDefinition<SumBackwardAttributes> = {
  name: 'sumBackward',
  infer(inputs, attributes, where) {
    requireCount(inputs, 1, where)
    const { inputShape, inputKind } = attributes
    const dy = inputAt(inputs, 0, 'gradient', where)
    const x = { ...dy, shape: inputShape, kind: inputKind }
    inputOfShape(inputs, 0, 'gradient', summed(x, attributes, where).shape, where)
    return [{ shape: inputShape, kind: inputKind }]
  },
  reference([dy], [dx], { axes, factor }) {
    const gradient = present(dy, 'dy').data
    const { shape, data } = present(dx, 'dx')
    sumIndices(shape, axes).forEach((index, i) => {
      data[i] = factor * (gradient[index] as number)
    })
  },
}

function sumOp(name: string, factorOf: (count: number) => number): OpDefinition<SumAttributes> {
  return {
    name,
    infer(inputs, attributes, where) {
      requireCount(inputs, 1, where)
      return [summed(inputAt(inputs, 0, 'input', where), attributes, where)]
    },
    gradient({ builder, node, inputs: [x], attributes, outputGradients: [dy] }) {
      if (dy === undefined) return []
      const { shape, kind } = present(x, 'x')
      const back = {
        ...attributes,
        inputShape: shape,
        inputKind: kind,
        factor: factorOf(summedCount(shape, attributes.axes)),
      }
      return [builder.applyOne(sumBackward, [dy], back, node.path)]
    },
    reference([x], [y], { axes }) {
      const { shape, data } = present(x, 'x')
      const sums = present(y, 'y').data
      sumIndices(shape, axes).forEach((index, i) => {
        sums[index] = (sums[index] as number) + (data[i] as number)
      })
      const factor = factorOf(summedCount(shape, axes))
      for (let i = 0; i < sums.length; i++) sums[i] = factor * (sums[i] as number)
    },
    sumLength: ({ inputs: [x], attributes }) => summedCount(x?.shape ?? [], attributes.axes),
  }
}

/** Sum over chosen axes. */
export const sum: OpDefinition<SumAttributes> = sumOp('sum', () => 1)

/** Mean over chosen axes. */
export const mean: OpDefinition<SumAttributes> = sumOp('mean', (count) => 1 / count)
