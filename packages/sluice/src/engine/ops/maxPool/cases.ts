import { elementCount, type Shape } from '../../../foundation/shape.ts'
import type { Triple } from '../convolution/geometry.ts'
import { activationInput, type CaseInput, opCases } from '../opCase.ts'
import { type PoolAttributes, poolOutputShape } from '../pooling/window.ts'
import { maxPool, maxPoolBackward } from './maxPool.ts'

interface PoolCase {
  readonly name: string
  readonly x: Shape
  readonly window: PoolAttributes
}

function pool(
  name: string,
  x: Shape,
  kernelSize: Triple,
  options: Partial<PoolAttributes> = {},
): PoolCase {
  const padding: PoolAttributes['padding'] = [
    [0, 0],
    [0, 0],
    [0, 0],
  ]
  return {
    name,
    x,
    window: { kernelSize, stride: kernelSize, padding, dilation: [1, 1, 1], ...options },
  }
}

const poolCases: readonly PoolCase[] = [
  pool('1-D', [3, 5, 13], [1, 1, 2]),
  pool('2-D', [1, 4, 8, 8], [1, 2, 2]),
  pool('2-D, odd sizes', [3, 7, 9, 11], [1, 2, 2]),
  pool('2-D, overlapping, padded', [2, 6, 9, 8], [1, 3, 3], {
    stride: [1, 2, 2],
    padding: [
      [0, 0],
      [1, 1],
      [1, 1],
    ],
  }),
  pool('2-D, dilated', [1, 3, 9, 10], [1, 2, 3], { stride: [1, 1, 2], dilation: [1, 2, 2] }),
  pool('2-D, asymmetric padding', [1, 5, 6, 7], [1, 3, 3], {
    stride: [1, 1, 1],
    padding: [
      [0, 0],
      [2, 0],
      [0, 1],
    ],
  }),
  pool('3-D', [2, 3, 4, 6, 6], [2, 2, 2]),
  pool('3-D, space only', [1, 9, 5, 7, 8], [1, 2, 2]),
  pool('3-D, overlapping', [1, 4, 5, 7, 6], [3, 3, 3], {
    stride: [1, 2, 2],
    padding: [
      [1, 1],
      [1, 1],
      [1, 1],
    ],
  }),
  pool('3-D, thousands of pixels', [1, 8, 6, 32, 32], [2, 2, 2]),
]

export const maxPoolCases = opCases({
  op: maxPool,
  cases: [
    ...poolCases.map(({ name, x, window }) => ({
      name,
      inputs: [activationInput('x', x, { from: 'distinct' })],
      attributes: window,
    })),
    ...poolCases.slice(0, 4).map(({ name, x, window }) => ({
      name: `${name}, ties`,
      inputs: [activationInput('x', x, { from: 'integers', low: -1, high: 2 })],
      attributes: window,
      noGradientCheck: 'equal maxima are kinks',
    })),
    ...poolCases.slice(2, 4).map(({ name, x, window }) => ({
      name: `${name}, NaN`,
      inputs: [activationInput('x', x, { from: 'withNaN' })],
      attributes: window,
      noGradientCheck: 'NaN has no slope',
    })),
  ],
})

function indicesInput(shape: Shape, limit: number): CaseInput {
  return {
    name: 'indices',
    shape,
    role: 'activation',
    type: 'int32',
    values: { from: 'integers', low: 0, high: limit },
  }
}

export const maxPoolBackwardCases = opCases({
  op: maxPoolBackward,
  cases: poolCases.map(({ name, x, window }) => {
    const output = poolOutputShape(x, window, name)
    return {
      name,
      inputs: [indicesInput(output, elementCount(x.slice(2))), activationInput('dy', output)],
      attributes: { inputShape: x },
    }
  }),
})
