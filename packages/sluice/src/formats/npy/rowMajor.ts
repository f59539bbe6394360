import type { TensorData } from '../../foundation/hostTensor.ts'
import type { Shape } from '../../foundation/shape.ts'

/** Data whose first index runs fastest, in the order in which the last one does; a new array. */
export function rowMajor(data: TensorData, shape: Shape): TensorData {
  const out = data.slice()
  const strides: number[] = []
  let stride = 1
  for (const size of shape) {
    strides.push(stride)
    stride *= size
  }
  if (data instanceof BigInt64Array && out instanceof BigInt64Array)
    reorder(data, out, shape, strides)
  else if (!(data instanceof BigInt64Array) && !(out instanceof BigInt64Array)) {
    reorder(data, out, shape, strides)
  }
  return out
}

interface Elements<T> {
  readonly length: number
  [index: number]: T
}

function reorder<T>(
  from: Elements<T>,
  to: Elements<T>,
  shape: Shape,
  strides: readonly number[],
): void {
  const index = shape.map(() => 0)
  let at = 0
  for (let i = 0; i < to.length; i++) {
    to[i] = from[at] as T
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] as number
      const stride = strides[axis] as number
      index[axis] = (index[axis] as number) + 1
      at += stride
      if ((index[axis] as number) < size) break
      index[axis] = 0
      at -= stride * size
    }
  }
}
