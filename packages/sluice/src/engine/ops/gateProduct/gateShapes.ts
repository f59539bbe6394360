import { SluiceError } from '../../../foundation/errors.ts'
import { elementCount, formatShape, type Shape, stridesOf } from '../../../foundation/shape.ts'
import type { Value } from '../../graph/value.ts'
import { activationOfRank } from '../inputChecks.ts'

/**
 * Refuses a gate that cannot open the feature: `[N, C, …space]` is gated by `[N, G, …]` where G
 * divides C and each size of space is the feature's or 1.
 */
export function checkGate(inputs: readonly Value[], where: string): readonly [Value, Value] {
  const feature = activationOfRank(inputs, 0, 'feature', 2, 5, where)
  const gate = activationOfRank(inputs, 1, 'gate', 2, 5, where)
  const [batch, channels = 1, ...space] = feature.shape
  const [gateBatch, gateChannels = 1, ...gateSpace] = gate.shape
  const fits =
    gate.shape.length === feature.shape.length &&
    gateBatch === batch &&
    channels % gateChannels === 0 &&
    gateSpace.every((size, axis) => size === space[axis] || size === 1)
  if (fits) return [feature, gate]
  throw new SluiceError('shape', 'the gate does not fit the feature', {
    where,
    expected: `[${[batch, `a divisor of ${channels}`, ...space.map((size) => (size === 1 ? '1' : `${size} or 1`))].join(', ')}]`,
    received: formatShape(gate.shape),
    fix: 'give the gate as many channels as the feature, a divisor of them, or one',
  })
}

/** Row-major index of the gate's element for each element of the feature. */
export function gateIndices(feature: Shape, gate: Shape): Int32Array {
  const strides = stridesOf(feature)
  const gateStrides = stridesOf(gate)
  const perGate = (feature[1] ?? 1) / (gate[1] ?? 1)
  return Int32Array.from({ length: elementCount(feature) }, (_, i) => {
    let index = 0
    let rest = i
    strides.forEach((stride, axis) => {
      const at = Math.floor(rest / stride)
      rest %= stride
      const gateAt = axis === 1 ? Math.floor(at / perGate) : at
      if (gate[axis] !== 1) index += gateAt * (gateStrides[axis] ?? 1)
    })
    return index
  })
}
