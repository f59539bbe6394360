/** Which kernel a convolution gets, and what that may depend on. */
import { describe, expect, it } from 'vitest'
import type { ConvolutionAttributes, Pair } from '../../../engine/ops/convolution/geometry.ts'
import { forwardGrid } from './grids.ts'
import { winogradGrid } from './winogradGrid.ts'

interface Layer {
  readonly channels: readonly [number, number]
  readonly size: readonly [number, number, number]
  readonly kernel?: readonly [number, number, number]
  readonly stride?: number
  readonly batch?: number
  readonly gated?: boolean
  /** Padded behind in time, so that time may be transformed as well. */
  readonly ahead?: boolean
}

/** What is chosen for a layer that keeps the number of its frames and, with stride 1, the size of its picture. */
function chosen(layer: Layer): string {
  const { channels, size, kernel = [1, 3, 3], stride = 1, batch = 1, ahead = false } = layer
  const [inputs, outputs] = channels
  const [depth, height, width] = size
  const side = (kernel[1] - 1) / 2
  const around: Pair = [Math.floor(side), Math.floor(side)]
  const window: ConvolutionAttributes = {
    stride: [1, stride, stride],
    padding: [ahead ? [1, 1] : [kernel[0] - 1, 0], around, around],
    dilation: [1, 1, 1],
    groups: 1,
  }
  const along = (extent: number) => Math.floor((extent + 2 * around[0] - kernel[1]) / stride) + 1
  const grid = forwardGrid(
    [batch, inputs, depth, height, width],
    [outputs, inputs, ...kernel],
    [batch, outputs, depth, along(height), along(width)],
    window,
  )
  const wishes = { streamable: !ahead, exact: false, branches: layer.gated ? 2 : 1 }
  const problem = winogradGrid(grid, [...grid.taps.keys()], wishes)
  if (problem === undefined) return 'direct'
  const { points, taps, views, deep } = problem
  if (deep) return 'space'
  return `${points} points, ${taps} taps${views.length > 1 ? `, ${views.length} views` : ''}`
}

describe('the kernel of a convolution', () => {
  it.each([
    ['a large 3 × 3 layer', { channels: [96, 192], size: [1, 64, 64] }, '8 points, 3 taps'],
    ['a small one', { channels: [96, 192], size: [1, 8, 8] }, '6 points, 3 taps'],
    [
      'the first layer of DeepFill v2',
      { channels: [5, 24], gated: true, size: [1, 256, 256], kernel: [1, 5, 5] },
      '8 points, 5 taps',
    ],
    [
      'stride 2 with many channels',
      { channels: [48, 192], size: [1, 128, 128], stride: 2 },
      '6 points, 2 taps, 4 views',
    ],
    [
      'stride 2 with few channels that all have gates',
      { channels: [16, 16], gated: true, size: [1, 128, 128], stride: 2 },
      '6 points, 2 taps, 4 views',
    ],
    [
      'stride 2 with as few and no gates',
      { channels: [16, 16], size: [1, 128, 128], stride: 2 },
      'direct',
    ],
    [
      'as many frames as tiles in space have',
      { channels: [32, 32], size: [8, 32, 32], kernel: [3, 3, 3], ahead: true },
      'space',
    ],
    [
      'frames that would leave such tiles empty, and few channels',
      { channels: [3, 8], size: [5, 64, 64], kernel: [3, 3, 3], ahead: true },
      '8 points, 3 taps',
    ],
    ['stride 2 with few channels', { channels: [4, 16], size: [1, 64, 64], stride: 2 }, 'direct'],
    ['stride 3', { channels: [48, 192], size: [1, 128, 128], stride: 3 }, 'direct'],
    ['one channel', { channels: [1, 8], size: [1, 64, 64] }, 'direct'],
  ] as const)('of %s', (_, layer, expected) => {
    expect(chosen(layer)).toBe(expected)
  })

  // A stream of single frames must give the bits of the whole clip, and a sample those of its batch.
  it('depends neither on the length of a causal clip nor on the batch', () => {
    for (const channels of [
      [3, 16],
      [8, 8],
      [14, 20],
      [32, 64],
    ] as const) {
      for (const side of [4, 7, 10, 13, 32]) {
        for (const stride of [1, 2]) {
          const layer = { channels, stride, kernel: [3, 3, 3] } as const
          const one = chosen({ ...layer, size: [1, side, side] })
          for (const depth of [2, 3, 8, 30]) {
            expect(chosen({ ...layer, size: [depth, side, side], batch: depth })).toBe(one)
          }
        }
      }
    }
  })
})
