import { generatorWork } from './deepFillGenerator.ts'
import type { Layer, Window } from './net.ts'

/** Shape of one example behind a layer, channels first. */
export function shapeAfter(layer: Layer, shape: readonly number[]): readonly number[] {
  const [channels = 1, ...space] = shape
  switch (layer.is) {
    case 'linear':
      return [layer.outFeatures]
    case 'residual':
      return shape
    case 'upsample':
      return [channels, ...space.map((size) => 2 * size)]
    case 'deepFill':
      return [3, ...space]
    case 'branches': {
      const ends = layer.paths.map((path) => shapeBehind(path, shape))
      const joined = ends.reduce((sum, [count = 0]) => sum + count, 0)
      return [joined, ...(ends[0]?.slice(1) ?? [])]
    }
    default:
      return [layer.outChannels, ...space.map((size, axis) => outSize(layer, size, axis))]
  }
}

/** Shape of one example behind several layers. */
export function shapeBehind(layers: readonly Layer[], shape: readonly number[]): readonly number[] {
  return layers.reduce((before, layer) => shapeAfter(layer, before), shape)
}

function outSize({ kernel, stride, dilation, padding }: Window, size: number, axis: number) {
  const [before, after] = padding[axis] ?? [0, 0]
  const reach = (dilation[axis] ?? 1) * ((kernel[axis] ?? 1) - 1)
  return Math.floor((size + before + after - reach - 1) / (stride[axis] ?? 1)) + 1
}

/** Multiply-adds of layers one after the other on one example. */
export function multiplyAdds(layers: readonly Layer[], shape: readonly number[]): number {
  let before = shape
  let sum = 0
  for (const layer of layers) {
    sum += workOf(layer, before)
    before = shapeAfter(layer, before)
  }
  return sum
}

function workOf(layer: Layer, shape: readonly number[]): number {
  const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1)
  switch (layer.is) {
    case 'linear':
      return layer.inFeatures * layer.outFeatures
    case 'residual':
      return multiplyAdds(layer.layers, shape)
    case 'upsample':
      return 0
    case 'deepFill':
      return generatorWork(shape[1] ?? 1, shape[2] ?? 1)
    case 'branches':
      return layer.paths.reduce((sum, path) => sum + multiplyAdds(path, shape), 0)
    default: {
      const branches = layer.is === 'gatedConv' ? 2 : 1
      const taps = layer.inChannels * product(layer.kernel)
      return branches * taps * product(shapeAfter(layer, shape))
    }
  }
}

/** `[count, channels, positions]` as `[count, positions, channels]`: how some runtimes want it. */
export function toChannelsLast(data: Float32Array, count: number, channels: number): Float32Array {
  return swapped(data, count, channels, data.length / (count * channels))
}

/** The other way round. */
export function toChannelsFirst(data: Float32Array, count: number, channels: number): Float32Array {
  return swapped(data, count, data.length / (count * channels), channels)
}

function swapped(data: Float32Array, count: number, rows: number, columns: number): Float32Array {
  const result = new Float32Array(data.length)
  for (let example = 0; example < count; example++) {
    const base = example * rows * columns
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        result[base + c * rows + r] = data[base + r * columns + c] as number
      }
    }
  }
  return result
}
