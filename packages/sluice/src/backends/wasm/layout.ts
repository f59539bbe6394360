import type { Value } from '../../engine/graph/value.ts'
import { elementCount, type Shape } from '../../foundation/shape.ts'

/**
 * This device keeps activations channels last: `[N, …space, C]`. Only `[N, C, …space]` of rank 3 and
 * more differ from row-major, and only when both C and the space hold more than one element.
 */
export function isChannelsLast(value: {
  readonly kind: Value['kind']
  readonly shape: Shape
}): boolean {
  if (value.kind !== 'activation' || value.shape.length < 3) return false
  return channelsOf(value.shape) > 1 && pixelsOf(value.shape) > 1
}

export function batchOf(shape: Shape): number {
  return shape[0] ?? 1
}

export function channelsOf(shape: Shape): number {
  return shape[1] ?? 1
}

/** Positions in space (and time): 1 for `[N, F]`. */
export function pixelsOf(shape: Shape): number {
  return elementCount(shape.slice(2))
}

/** The shape in memory order: channels moved to the end. */
export function physicalShape(value: {
  readonly kind: Value['kind']
  readonly shape: Shape
}): Shape {
  if (value.kind !== 'activation' || value.shape.length < 3) return value.shape
  return [batchOf(value.shape), ...value.shape.slice(2), channelsOf(value.shape)]
}

/** The memory axis of a logical axis. */
export function physicalAxis(
  value: { readonly kind: Value['kind']; readonly shape: Shape },
  axis: number,
): number {
  if (value.kind !== 'activation' || value.shape.length < 3 || axis === 0) return axis
  return axis === 1 ? value.shape.length - 1 : axis - 1
}

type Numbers = Float32Array | Int32Array

/** Copies row-major data into channels-last memory, sample by sample. */
export function toChannelsLast(source: Numbers, target: Numbers, shape: Shape): void {
  transpose(source, target, batchOf(shape), channelsOf(shape), pixelsOf(shape))
}

/** Copies channels-last memory into row-major data. */
export function toRowMajor(source: Numbers, target: Numbers, shape: Shape): void {
  transpose(source, target, batchOf(shape), pixelsOf(shape), channelsOf(shape))
}

function transpose(
  source: Numbers,
  target: Numbers,
  batch: number,
  rows: number,
  columns: number,
): void {
  for (let n = 0; n < batch; n++) {
    const base = n * rows * columns
    for (let row = 0; row < rows; row++) {
      let from = base + row * columns
      for (let to = base + row; to < base + rows * columns; to += rows) {
        target[to] = source[from++] ?? 0
      }
    }
  }
}
