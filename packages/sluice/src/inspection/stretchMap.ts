import { SluiceError } from '../foundation/errors.ts'
import { type Float32Tensor, tensor } from '../foundation/hostTensor.ts'
import { elementCount, formatShape, type Shape } from '../foundation/shape.ts'

/**
 * A coarse map over a finer space, by linear interpolation between the middles of cells, axis by axis
 * (PyTorch's `interpolate` with `align_corners=False`): to lay what a layer says over what it saw.
 * @param map `[N, …space]`
 * @param space sizes wanted, as many as the map has behind the batch
 */
export function stretchMap(map: Float32Tensor, space: Shape): Float32Tensor {
  const [batch = 1, ...from] = map.shape
  if (
    from.length !== space.length ||
    !space.every((size) => Number.isSafeInteger(size) && size > 0)
  ) {
    throw new SluiceError('shape', 'a map is stretched over as many axes as it has', {
      expected: `${from.length} sizes from 1, for ${formatShape(map.shape)}`,
      received: formatShape(space),
    })
  }
  let data = map.data
  let shape: number[] = [batch, ...from]
  space.forEach((size, axis) => {
    data = stretchAxis(data, shape, axis + 1, size)
    shape = shape.map((old, at) => (at === axis + 1 ? size : old))
  })
  return tensor(shape, data === map.data ? data.slice() : data)
}

function stretchAxis(data: Float32Array, shape: Shape, axis: number, size: number): Float32Array {
  const before = shape[axis] ?? 1
  if (before === size) return data
  const outer = elementCount(shape.slice(0, axis))
  const inner = elementCount(shape.slice(axis + 1))
  const stretched = new Float32Array(outer * size * inner)
  for (let i = 0; i < size; i++) {
    const at = Math.min(before - 1, Math.max(0, ((i + 0.5) * before) / size - 0.5))
    const low = Math.floor(at)
    const high = Math.min(before - 1, low + 1)
    const part = at - low
    for (let o = 0; o < outer; o++) {
      for (let j = 0; j < inner; j++) {
        const a = data[(o * before + low) * inner + j] as number
        const b = data[(o * before + high) * inner + j] as number
        stretched[(o * size + i) * inner + j] = a + (b - a) * part
      }
    }
  }
  return stretched
}
