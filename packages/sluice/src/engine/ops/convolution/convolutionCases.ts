import type { Shape } from '../../../foundation/shape.ts'
import { type CaseInput, weightInput } from '../opCase.ts'
import { tapsPerOutput } from './convolutionShapes.ts'
import type { ConvolutionAttributes, Pair, Triple } from './geometry.ts'

/** One convolution: the same list serves plain and gated convolutions, forward and backward. */
export interface ConvolutionCase {
  readonly name: string
  readonly x: Shape
  readonly weight: Shape
  readonly window: ConvolutionAttributes
}

const one: Triple = [1, 1, 1]

function both(depth: number, height: number, width: number): readonly [Pair, Pair, Pair] {
  return [
    [depth, depth],
    [height, height],
    [width, width],
  ]
}

function convolution(
  name: string,
  x: Shape,
  weight: Shape,
  options: Partial<ConvolutionAttributes> = {},
): ConvolutionCase {
  const window = { stride: one, padding: both(0, 0, 0), dilation: one, groups: 1, ...options }
  return { name, x, weight, window }
}

export const convolutionCases: readonly ConvolutionCase[] = [
  convolution('1-D, kernel 5, batch 3', [3, 4, 17], [6, 4, 5], { padding: both(0, 0, 2) }),
  convolution('1-D, causal and dilated', [1, 3, 20], [5, 3, 3], {
    padding: [
      [0, 0],
      [0, 0],
      [8, 0],
    ],
    dilation: [1, 1, 4],
  }),
  convolution('1-D, stride beyond the kernel', [1, 2, 16], [3, 2, 2], { stride: [1, 1, 3] }),
  convolution('2-D, kernel 1, odd channels', [3, 5, 7, 7], [6, 5, 1, 1]),
  convolution('2-D, one channel', [1, 1, 6, 6], [1, 1, 3, 3], { padding: both(0, 1, 1) }),
  convolution('2-D, stride 2, odd sizes', [1, 3, 9, 11], [5, 3, 3, 3], {
    stride: [1, 2, 2],
    padding: both(0, 1, 1),
  }),
  convolution('2-D, stride 3 leaves a tail unread', [2, 4, 8, 10], [8, 4, 3, 3], {
    stride: [1, 3, 3],
  }),
  convolution('2-D, dilation 2', [1, 4, 9, 9], [4, 4, 3, 3], {
    padding: both(0, 2, 2),
    dilation: [1, 2, 2],
  }),
  convolution('2-D, two groups', [2, 6, 5, 7], [4, 3, 3, 3], {
    padding: both(0, 1, 1),
    groups: 2,
  }),
  convolution('2-D, two groups of eight', [1, 16, 6, 9], [16, 8, 3, 3], {
    padding: both(0, 1, 1),
    groups: 2,
  }),
  convolution('2-D, depthwise', [1, 7, 6, 6], [7, 1, 3, 3], { padding: both(0, 1, 1), groups: 7 }),
  convolution('2-D, depthwise, stride 2, three for each', [2, 6, 9, 11], [18, 1, 3, 3], {
    stride: [1, 2, 2],
    padding: both(0, 1, 1),
    groups: 6,
  }),
  convolution('2-D, depthwise 5×5, whole vectors', [1, 24, 19, 21], [24, 1, 5, 5], {
    padding: both(0, 2, 2),
    groups: 24,
  }),
  convolution('1-D, depthwise, causal and dilated', [2, 13, 40], [13, 1, 4], {
    padding: [
      [0, 0],
      [0, 0],
      [9, 0],
    ],
    dilation: [1, 1, 3],
    groups: 13,
  }),
  convolution('1-D, eight for each of three groups', [1, 3, 12], [24, 1, 3], { groups: 3 }),
  convolution('2-D, asymmetric padding, 3×2', [1, 2, 5, 6], [3, 2, 3, 2], {
    padding: [
      [0, 0],
      [2, 0],
      [0, 3],
    ],
  }),
  convolution('2-D, kernel as large as the input', [2, 3, 4, 4], [5, 3, 4, 4]),
  convolution('2-D, even kernel', [1, 4, 7, 8], [4, 4, 2, 4], { padding: both(0, 1, 2) }),
  convolution('2-D, one column', [1, 4, 9, 1], [4, 4, 3, 1], { padding: both(0, 1, 0) }),
  convolution('2-D, windows of padding only', [1, 2, 3, 3], [3, 2, 2, 2], {
    padding: both(0, 3, 3),
  }),
  convolution('2-D, sums of 1600', [1, 64, 6, 6], [8, 64, 5, 5], { padding: both(0, 2, 2) }),
  convolution('2-D, thousands of pixels', [2, 4, 45, 47], [6, 4, 3, 3], {
    padding: both(0, 1, 1),
  }),
  convolution('3-D, 3×3×3', [1, 3, 4, 5, 6], [4, 3, 3, 3, 3], { padding: both(1, 1, 1) }),
  convolution('3-D, no padding, batch 3', [3, 2, 4, 5, 5], [5, 2, 3, 3, 3]),
  convolution('3-D, causal in time', [1, 3, 5, 4, 4], [4, 3, 3, 3, 3], {
    padding: [
      [2, 0],
      [1, 1],
      [1, 1],
    ],
  }),
  convolution('3-D, stride in space', [2, 3, 7, 9, 8], [5, 3, 3, 3, 3], {
    stride: [1, 2, 2],
    padding: both(1, 1, 1),
  }),
  convolution('3-D, stride everywhere', [1, 4, 7, 8, 9], [8, 4, 3, 3, 3], {
    stride: [2, 2, 2],
    padding: both(1, 1, 1),
  }),
  convolution('3-D, time only (2+1)', [1, 6, 7, 5, 5], [8, 6, 3, 1, 1], { padding: both(1, 0, 0) }),
  convolution('3-D, space only (2+1)', [1, 3, 3, 9, 9], [6, 3, 1, 3, 3], {
    padding: both(0, 1, 1),
  }),
  convolution('3-D, kernel 1, stride 2', [2, 8, 4, 6, 6], [12, 8, 1, 1, 1], { stride: [2, 2, 2] }),
  convolution('3-D, depthwise, two for each', [1, 4, 3, 5, 5], [8, 1, 3, 3, 3], {
    padding: both(1, 1, 1),
    groups: 4,
  }),
  convolution('3-D, dilated in time, groups', [1, 6, 7, 4, 5], [6, 2, 3, 3, 3], {
    padding: both(2, 1, 1),
    dilation: [2, 1, 1],
    groups: 3,
  }),
  convolution('3-D, sums of 864', [1, 32, 3, 6, 6], [32, 32, 3, 3, 3], { padding: both(1, 1, 1) }),
  convolution('3-D, a clip', [1, 3, 8, 32, 32], [8, 3, 3, 3, 3], { padding: both(1, 1, 1) }),
  // 3 × 3 with stride 1 in space and enough channels: fast devices transform tiles of 4 × 4 here.
  convolution('3-D, whole tiles', [2, 8, 4, 8, 8], [12, 8, 3, 3, 3], { padding: both(1, 1, 1) }),
  convolution('3-D, broken tiles, odd channels', [1, 9, 4, 7, 11], [10, 9, 3, 3, 3], {
    padding: both(1, 1, 1),
  }),
  convolution('3-D, tiles, no padding', [1, 8, 5, 9, 6], [8, 8, 3, 3, 3]),
  convolution('3-D, tiles, causal and dilated in time', [1, 8, 7, 6, 7], [9, 8, 3, 3, 3], {
    padding: [
      [4, 0],
      [1, 1],
      [1, 1],
    ],
    dilation: [2, 1, 1],
  }),
  convolution('3-D, tiles, stride 2 in time', [2, 8, 6, 6, 6], [8, 8, 3, 3, 3], {
    stride: [2, 1, 1],
    padding: both(1, 1, 1),
  }),
  convolution('3-D, tiles, kernel 1 in time, two groups', [1, 18, 3, 9, 8], [20, 9, 1, 3, 3], {
    padding: both(0, 1, 1),
    groups: 2,
  }),
  convolution('3-D, tiles in space, odd sizes', [1, 9, 7, 7, 11], [10, 9, 3, 3, 3], {
    padding: both(1, 1, 1),
  }),
  convolution('3-D, tiles in space, dilated', [1, 8, 7, 8, 12], [8, 8, 3, 3, 3], {
    padding: both(2, 2, 3),
    dilation: [2, 2, 3],
  }),
  convolution('2-D, tiles, dilated', [1, 8, 16, 15], [9, 8, 3, 3], {
    padding: both(0, 4, 4),
    dilation: [1, 4, 4],
  }),
  convolution('2-D, tiles, three channels to a few', [1, 3, 18, 24], [3, 3, 3, 3], {
    padding: both(0, 1, 1),
  }),
  convolution('2-D, tiles, many channels', [1, 64, 8, 8], [40, 64, 3, 3], {
    padding: both(0, 1, 1),
  }),
  convolution('2-D, tiles, many', [1, 8, 21, 70], [9, 8, 3, 3], { padding: both(0, 1, 1) }),
  convolution('2-D, tiles of eight points', [1, 3, 11, 12], [8, 3, 3, 3], {
    padding: both(0, 1, 1),
  }),
  convolution('2-D, tiles, two taps', [1, 12, 11, 10], [9, 12, 2, 2]),
  convolution('2-D, tiles, four taps', [1, 3, 10, 12], [9, 3, 4, 4], { padding: both(0, 1, 1) }),
  convolution('2-D, tiles of eight points, four taps', [1, 2, 10, 10], [9, 2, 4, 4], {
    padding: both(0, 1, 1),
  }),
  convolution('2-D, tiles, five taps, dilated', [1, 5, 9, 16], [8, 5, 5, 5], {
    padding: both(0, 2, 4),
    dilation: [1, 1, 2],
  }),
  convolution('2-D, tiles, stride 2, three taps', [1, 14, 20, 20], [20, 14, 3, 3], {
    stride: [1, 2, 2],
    padding: both(0, 1, 1),
  }),
  convolution('2-D, tiles, stride 2, four taps, two groups', [1, 6, 20, 20], [8, 3, 4, 4], {
    stride: [1, 2, 2],
    padding: both(0, 1, 1),
    groups: 2,
  }),
  convolution('2-D, tiles, stride 2, five taps', [1, 2, 14, 15], [9, 2, 5, 5], {
    stride: [1, 2, 2],
    padding: both(0, 2, 2),
  }),
  convolution('2-D, tiles, stride 2, seven taps', [1, 2, 9, 12], [8, 2, 7, 7], {
    stride: [1, 2, 2],
    padding: both(0, 3, 3),
  }),
  convolution('2-D, tiles, stride 2 along height only', [1, 5, 10, 20], [9, 5, 4, 2], {
    stride: [1, 2, 1],
    padding: both(0, 1, 0),
  }),
  convolution('3-D, tiles, stride 2 in space, causal', [1, 12, 2, 19, 20], [20, 12, 3, 3, 3], {
    stride: [1, 2, 2],
    padding: [
      [2, 0],
      [1, 1],
      [1, 1],
    ],
  }),
  convolution('2-D, tiles, asymmetric padding', [2, 11, 10, 7], [8, 11, 3, 3], {
    padding: [
      [0, 0],
      [2, 0],
      [0, 2],
    ],
  }),
]

/** Weights scaled so that sums stay near 1 whatever their length. */
export function convolutionWeight(name: string, shape: Shape): CaseInput {
  const bound = 2 / Math.sqrt(tapsPerOutput(shape))
  return weightInput(name, shape, { from: 'uniform', low: -bound, high: bound })
}
