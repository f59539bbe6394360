import type { Shape } from '../../../foundation/shape.ts'
import type { Triple } from '../convolution/geometry.ts'
import { activationInput, opCases } from '../opCase.ts'
import { poolOutputShape } from '../pooling/window.ts'
import { type AveragePoolAttributes, averagePool, averagePoolBackward } from './averagePool.ts'

interface PoolCase {
  readonly name: string
  readonly x: Shape
  readonly attributes: AveragePoolAttributes
}

function pool(
  name: string,
  x: Shape,
  kernelSize: Triple,
  options: Partial<AveragePoolAttributes> = {},
): PoolCase {
  const padding: AveragePoolAttributes['padding'] = [
    [0, 0],
    [0, 0],
    [0, 0],
  ]
  return {
    name,
    x,
    attributes: { kernelSize, stride: kernelSize, padding, countIncludePad: true, ...options },
  }
}

const poolCases: readonly PoolCase[] = [
  pool('1-D', [3, 5, 13], [1, 1, 2]),
  pool('2-D, odd sizes', [3, 7, 9, 11], [1, 2, 2]),
  ...[true, false].map((countIncludePad) =>
    pool(`2-D, overlapping, padding counts: ${countIncludePad}`, [2, 6, 9, 8], [1, 3, 3], {
      stride: [1, 2, 2],
      padding: [
        [0, 0],
        [1, 1],
        [1, 1],
      ],
      countIncludePad,
    }),
  ),
  pool('2-D, asymmetric padding', [1, 5, 6, 7], [1, 3, 3], {
    stride: [1, 1, 1],
    padding: [
      [0, 0],
      [2, 0],
      [0, 1],
    ],
    countIncludePad: false,
  }),
  pool('3-D', [2, 3, 4, 6, 6], [2, 2, 2]),
  pool('3-D, overlapping', [1, 4, 5, 7, 6], [3, 3, 3], {
    stride: [1, 2, 2],
    padding: [
      [1, 1],
      [1, 1],
      [1, 1],
    ],
  }),
  pool('3-D, thousands of pixels', [1, 8, 6, 32, 32], [1, 2, 2]),
]

export const averagePoolCases = opCases({
  op: averagePool,
  cases: poolCases.map(({ name, x, attributes }) => ({
    name,
    inputs: [activationInput('x', x)],
    attributes,
  })),
})

export const averagePoolBackwardCases = opCases({
  op: averagePoolBackward,
  cases: poolCases.map(({ name, x, attributes }) => {
    const window = { ...attributes, dilation: [1, 1, 1] as const }
    return {
      name,
      inputs: [activationInput('dy', poolOutputShape(x, window, name))],
      attributes: { ...attributes, inputShape: x },
    }
  }),
})
