import { SluiceError } from './errors.ts'

/** Sizes of a tensor, outermost first: `[N, C, D, H, W]`, `[N, C, H, W]`, `[N, C, L]`, `[N, F]`. */
export type Shape = readonly number[]

/** Number of elements; 1 for a scalar (`[]`). */
export function elementCount(shape: Shape): number {
  let count = 1
  for (const size of shape) count *= size
  return count
}

/** Row-major strides in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= shape[axis] ?? 1
  }
  return strides
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis])
}

/** `[1, 3, 8, 32, 32]` as people read it. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

/** Refuses shapes with sizes that are not positive whole numbers. */
export function checkShape(shape: Shape, where: string): void {
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new SluiceError('shape', 'a size is not a positive whole number', {
        where,
        received: formatShape(shape),
      })
    }
  }
}
