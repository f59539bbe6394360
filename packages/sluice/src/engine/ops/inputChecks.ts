import { SluiceError } from '../../foundation/errors.ts'
import { formatShape, type Shape, sameShape } from '../../foundation/shape.ts'
import type { Value } from '../graph/value.ts'

/** One input of an op, or an error that names it. */
export function inputAt(
  inputs: readonly Value[],
  index: number,
  name: string,
  where: string,
): Value {
  const value = inputs[index]
  if (value === undefined) {
    throw new SluiceError('shape', `the input "${name}" is missing`, {
      where,
      expected: `at least ${index + 1} inputs`,
      received: `${inputs.length}`,
    })
  }
  return value
}

/** Refuses a surplus of inputs: an op that ignored one would hide a mistake. */
export function requireCount(inputs: readonly Value[], count: number, where: string): void {
  if (inputs.length !== count) {
    throw new SluiceError('shape', 'wrong number of inputs', {
      where,
      expected: `${count}`,
      received: `${inputs.length}`,
    })
  }
}

/** The input at `index`, which must have exactly this shape. */
export function inputOfShape(
  inputs: readonly Value[],
  index: number,
  name: string,
  shape: Shape,
  where: string,
): Value {
  const value = inputAt(inputs, index, name, where)
  if (!sameShape(value.shape, shape)) {
    throw new SluiceError('shape', `the ${name} does not fit`, {
      where,
      expected: formatShape(shape),
      received: formatShape(value.shape),
    })
  }
  return value
}

/** The input at `index`, which must have a rank between `lowest` and `highest`. */
export function inputOfRank(
  inputs: readonly Value[],
  index: number,
  name: string,
  lowest: number,
  highest: number,
  where: string,
): Value {
  const value = inputAt(inputs, index, name, where)
  if (value.shape.length < lowest || value.shape.length > highest) {
    throw new SluiceError('shape', `the ${name} has a wrong number of dimensions`, {
      where,
      expected: lowest === highest ? `${lowest}` : `${lowest} to ${highest}`,
      received: formatShape(value.shape),
    })
  }
  return value
}

/**
 * An activation of a rank between `lowest` and `highest`. From rank 3 on, a device may store plain
 * tensors (weights) in another order, so they cannot stand in for one.
 */
export function activationOfRank(
  inputs: readonly Value[],
  index: number,
  name: string,
  lowest: number,
  highest: number,
  where: string,
): Value {
  const value = inputOfRank(inputs, index, name, lowest, highest, where)
  if (value.kind === 'activation' || value.shape.length < 3) return value
  throw new SluiceError('unsupported', `the ${name} is no activation`, {
    where,
    expected:
      '[batch, channels, …space], neither a weight nor what is left without batch or channels',
    received: formatShape(value.shape),
  })
}

/**
 * Two inputs of one shape and one kind, for elementwise ops. Of rank ≥ 3, an activation and a plain
 * tensor may lie in different orders in a device's memory, so they do not mix.
 */
export function alikeInputs(inputs: readonly Value[], where: string): Value {
  requireCount(inputs, 2, where)
  const a = inputAt(inputs, 0, 'first tensor', where)
  const b = inputOfShape(inputs, 1, 'second tensor', a.shape, where)
  if (a.kind !== b.kind && a.shape.length >= 3) {
    throw new SluiceError('unsupported', 'weights and activations do not mix elementwise', {
      where,
      expected: `two tensors of kind ${a.kind}`,
      received: `${a.kind} and ${b.kind}`,
    })
  }
  return a
}
