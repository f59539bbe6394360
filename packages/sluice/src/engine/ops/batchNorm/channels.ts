import { elementCount, type Shape } from '../../../foundation/shape.ts'

/** Values behind each channel's statistics: batch times space. */
export function valuesPerChannel(shape: Shape): number {
  const [batch = 1, , ...space] = shape
  return batch * elementCount(space)
}

/** Visits every element of `[N, C, …]` with its channel. */
export function forEachInChannel(shape: Shape, visit: (at: number, channel: number) => void): void {
  const [, channels = 1, ...space] = shape
  const pixels = elementCount(space)
  const count = elementCount(shape)
  for (let at = 0; at < count; at++) visit(at, Math.floor(at / pixels) % channels)
}
