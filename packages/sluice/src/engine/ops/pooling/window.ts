import { SluiceError } from '../../../foundation/errors.ts'
import { formatShape, type Shape } from '../../../foundation/shape.ts'
import {
  checkWindow,
  shapeOf,
  spatial,
  type Triple,
  type WindowAttributes,
  windowOutputSize,
} from '../convolution/geometry.ts'

/** A pool's window: what `maxPool` and `averagePool` share. */
export interface PoolAttributes extends WindowAttributes {
  readonly kernelSize: Triple
}

/** Output shape of a pool; its padding must leave an element of the input in every window. */
export function poolOutputShape(shape: Shape, attributes: PoolAttributes, where: string): Shape {
  const { kernelSize, padding, dilation } = attributes
  checkWindow(attributes, where)
  const reach = kernelSize.map((size, axis) => (size - 1) * (dilation[axis] ?? 1))
  if (padding.some(([before, after], axis) => Math.max(before, after) > (reach[axis] ?? 0))) {
    throw new SluiceError('shape', 'the padding is larger than the pool', {
      where,
      expected: `at most ${formatShape(reach)} on each side`,
      received: formatShape(padding.flat()),
    })
  }
  const { batch, channels, size } = spatial(shape)
  const outSize = windowOutputSize(size, kernelSize, attributes, where)
  return shapeOf(shape.length, batch, channels, outSize)
}

/** Offsets within the input channel of what the window at an output position sees, in order. */
export function* windowOffsets(
  size: Triple,
  { kernelSize, stride, padding, dilation }: PoolAttributes,
  [od, oh, ow]: Triple,
): Generator<number> {
  for (let kd = 0; kd < kernelSize[0]; kd++) {
    const d = od * stride[0] - padding[0][0] + kd * dilation[0]
    if (d < 0 || d >= size[0]) continue
    for (let kh = 0; kh < kernelSize[1]; kh++) {
      const h = oh * stride[1] - padding[1][0] + kh * dilation[1]
      if (h < 0 || h >= size[1]) continue
      for (let kw = 0; kw < kernelSize[2]; kw++) {
        const w = ow * stride[2] - padding[2][0] + kw * dilation[2]
        if (w >= 0 && w < size[2]) yield (d * size[1] + h) * size[2] + w
      }
    }
  }
}

/** The three coordinates of a row-major offset within a channel. */
export function positionOf(offset: number, [, height, width]: Triple): Triple {
  const row = Math.floor(offset / width)
  return [Math.floor(row / height), row % height, offset % width]
}
