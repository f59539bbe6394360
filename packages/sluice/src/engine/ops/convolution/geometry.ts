import { SluiceError } from '../../../foundation/errors.ts'
import { formatShape, type Shape } from '../../../foundation/shape.ts'

/** Depth (or time), height, width. Lower ranks lead with 1s. */
export type Triple = readonly [depth: number, height: number, width: number]

/** Zeros before and after an axis. */
export type Pair = readonly [before: number, after: number]

/** How windows move over space: shared by convolutions and pools. */
export interface WindowAttributes {
  readonly stride: Triple
  readonly padding: readonly [Pair, Pair, Pair]
  readonly dilation: Triple
}

export interface ConvolutionAttributes extends WindowAttributes {
  /** Input and output channels fall into this many parts that do not see one another. */
  readonly groups: number
}

/** A shape `[N, C, …space]` with space always as a triple. */
export interface SpatialShape {
  readonly batch: number
  readonly channels: number
  readonly size: Triple
}

/** Reads `[N, C, L]`, `[N, C, H, W]` or `[N, C, D, H, W]`. Weights `[O, C/g, …k]` read the same way. */
export function spatial(shape: Shape): SpatialShape {
  const [batch = 1, channels = 1, ...space] = shape
  const [depth = 1, height = 1, width = 1] = [1, 1, 1, ...space].slice(-3)
  return { batch, channels, size: [depth, height, width] }
}

/** The shape of the given rank that `spatial` would read as these sizes. */
export function shapeOf(rank: number, batch: number, channels: number, size: Triple): Shape {
  return [batch, channels, ...size.slice(5 - rank)]
}

/** Applies a rule to each of the three axes. */
export function perAxis(rule: (axis: 0 | 1 | 2) => number): Triple {
  return [rule(0), rule(1), rule(2)]
}

/**
 * Sizes after sliding a window: `floor((in + before + after − dilation·(k − 1) − 1) / stride) + 1`.
 *
 * @throws SluiceError `shape` when the window is larger than the padded input
 */
export function windowOutputSize(
  input: Triple,
  kernel: Triple,
  { stride, padding, dilation }: WindowAttributes,
  where: string,
): Triple {
  return perAxis((axis) => {
    const [before, after] = padding[axis]
    const padded = input[axis] + before + after
    const covered = dilation[axis] * (kernel[axis] - 1) + 1
    if (covered > padded) {
      throw new SluiceError('shape', 'the kernel does not fit into the padded input', {
        where,
        expected: `at most ${padded} along axis ${axis - 3}, input ${formatShape(input)}`,
        received: `${covered}, kernel ${formatShape(kernel)}, dilation ${formatShape(dilation)}`,
        fix: 'use a larger input, more padding or a smaller kernel',
      })
    }
    return Math.floor((padded - covered) / stride[axis]) + 1
  })
}

/** Refuses strides, dilations and paddings that mean nothing. */
export function checkWindow({ stride, padding, dilation }: WindowAttributes, where: string): void {
  const positive = (size: number) => Number.isSafeInteger(size) && size >= 1
  const natural = (size: number) => Number.isSafeInteger(size) && size >= 0
  if (!stride.every(positive) || !dilation.every(positive) || !padding.flat().every(natural)) {
    throw new SluiceError('shape', 'the window moves in an impossible way', {
      where,
      expected: 'whole strides and dilations from 1, whole paddings from 0',
      received: `stride ${formatShape(stride)}, dilation ${formatShape(dilation)}, padding ${formatShape(padding.flat())}`,
    })
  }
}
