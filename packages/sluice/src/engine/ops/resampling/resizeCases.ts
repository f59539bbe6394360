import type { Shape } from '../../../foundation/shape.ts'
import { shapeOf, spatial, type Triple } from '../convolution/geometry.ts'

/** An input and the sizes to which both ways of resizing bring it. */
export interface ResizeCase {
  readonly x: Shape
  readonly size: Triple
}

/** Larger and smaller, evenly and not, to and from one element, in every rank. */
export const resizeCases: readonly ResizeCase[] = [
  { x: [2, 3, 7], size: [1, 1, 14] },
  { x: [1, 5, 9], size: [1, 1, 4] },
  { x: [2, 5, 4, 5], size: [1, 8, 10] },
  { x: [1, 6, 7, 6], size: [1, 3, 11] },
  { x: [2, 3, 1, 4], size: [1, 5, 1] },
  { x: [1, 4, 5, 5], size: [1, 5, 5] },
  { x: [2, 4, 3, 4, 5], size: [6, 8, 10] },
  { x: [1, 7, 4, 6, 5], size: [3, 4, 9] },
  { x: [3, 1, 2, 3, 3], size: [3, 7, 2] },
  { x: [2, 6, 1, 1, 1], size: [3, 4, 5] },
  { x: [1, 18, 4, 12, 12], size: [4, 24, 24] },
]

/** The shape of the result. */
export function resizedShape({ x, size }: ResizeCase): Shape {
  const { batch, channels } = spatial(x)
  return shapeOf(x.length, batch, channels, size)
}
