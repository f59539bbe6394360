import type { Module } from '../engine/graph/module.ts'
import { averagePool } from '../engine/ops/averagePool/averagePool.ts'
import { spatial } from '../engine/ops/convolution/geometry.ts'
import { maxPool } from '../engine/ops/maxPool/maxPool.ts'
import { SluiceError } from '../foundation/errors.ts'
import { formatShape } from '../foundation/shape.ts'
import type { ModuleReader } from './description/readModule.ts'
import {
  type Padding,
  paddingPairs,
  readPadding,
  type Size,
  type SpatialRank,
  triple,
} from './window.ts'

export interface PoolOptions {
  readonly kernelSize: Size
  /** Default: the kernel's size, so that windows tile the input. */
  readonly stride?: Size
  /** Default 0; less than the window reaches. */
  readonly padding?: Padding
}

/** Options of `maxPool1d`, `maxPool2d` and `maxPool3d`. */
export interface MaxPoolOptions extends PoolOptions {
  /** Default 1. */
  readonly dilation?: Size
}

/** Options of `averagePool1d`, `averagePool2d` and `averagePool3d`. */
export interface AveragePoolOptions extends PoolOptions {
  /** Whether padded zeros count as elements of the mean. Default true, as in PyTorch. */
  readonly countIncludePad?: boolean
}

/** Largest element of each window of `[N, C, L]`; PyTorch's `MaxPool1d`. */
export const maxPool1d = (options: MaxPoolOptions): Module => maxPoolNd(1, options)
/** Largest element of each window of `[N, C, H, W]`; PyTorch's `MaxPool2d`. */
export const maxPool2d = (options: MaxPoolOptions): Module => maxPoolNd(2, options)
/** Largest element of each window of `[N, C, D, H, W]`; PyTorch's `MaxPool3d`. */
export const maxPool3d = (options: MaxPoolOptions): Module => maxPoolNd(3, options)
/** Mean of each window of `[N, C, L]`; PyTorch's `AvgPool1d`. */
export const averagePool1d = (options: AveragePoolOptions): Module => averagePoolNd(1, options)
/** Mean of each window of `[N, C, H, W]`; PyTorch's `AvgPool2d`. */
export const averagePool2d = (options: AveragePoolOptions): Module => averagePoolNd(2, options)
/** Mean of each window of `[N, C, D, H, W]`; PyTorch's `AvgPool3d`. */
export const averagePool3d = (options: AveragePoolOptions): Module => averagePoolNd(3, options)

function maxPoolNd(rank: SpatialRank, options: MaxPoolOptions): Module {
  const type = `maxPool${rank}d`
  const { described, attributes } = planPool(type, rank, options, options.dilation ?? 1)
  return {
    type,
    describe: () => ({ type, ...described }),
    build(scope, input) {
      checkRank(type, rank, scope.path, input.shape)
      return scope.apply(maxPool, [input], attributes)
    },
  }
}

function averagePoolNd(rank: SpatialRank, options: AveragePoolOptions): Module {
  const type = `averagePool${rank}d`
  const { countIncludePad = true } = options
  const plan = planPool(type, rank, options, 1)
  const { dilation: _always1, ...described } = plan.described
  const { dilation: _unit, ...attributes } = plan.attributes
  return {
    type,
    describe: () => ({ type, ...described, countIncludePad }),
    build(scope, input) {
      checkRank(type, rank, scope.path, input.shape)
      return scope.apply(averagePool, [input], { ...attributes, countIncludePad })
    },
  }
}

function planPool(layer: string, rank: SpatialRank, options: PoolOptions, dilation: Size) {
  const { kernelSize, stride = kernelSize, padding = 0 } = options
  const kernel = triple(layer, 'kernelSize', kernelSize, rank, 1, 1)
  const strides = triple(layer, 'stride', stride, rank, 1, 1)
  const dilations = triple(layer, 'dilation', dilation, rank, 1, 1)
  const pairs = paddingPairs(layer, padding, rank, kernel, dilations)
  for (const axis of [0, 1, 2] as const) {
    // A window that lies in the padding alone would have no largest element.
    const reach = dilations[axis] * (kernel[axis] - 1)
    if (Math.max(...pairs[axis]) <= reach) continue
    throw new SluiceError('usage', 'the padding is wider than the window reaches', {
      where: layer,
      expected: `at most ${reach} on each side`,
      received: JSON.stringify(padding),
    })
  }
  const own = (sizes: readonly number[]) => sizes.slice(3 - rank)
  return {
    described: {
      kernelSize: own(kernel),
      stride: own(strides),
      padding,
      dilation: own(dilations),
    },
    attributes: { kernelSize: kernel, stride: strides, padding: pairs, dilation: dilations },
  }
}

function checkRank(layer: string, rank: SpatialRank, path: string, shape: readonly number[]): void {
  if (shape.length === rank + 2) return
  throw new SluiceError('shape', 'the input does not fit the layer', {
    where: path === '' ? layer : `${path} (${layer})`,
    expected: `${rank + 2} axes, [batch, channels, …]`,
    received: formatShape(shape),
  })
}

/** The kernel of a window that covers the whole input. */
export function wholeWindow(shape: readonly number[]) {
  const none = [0, 0] as const
  const { size } = spatial(shape)
  return {
    kernelSize: size,
    stride: size,
    padding: [none, none, none] as const,
    dilation: [1, 1, 1] as const,
  }
}

export function readMaxPool(rank: SpatialRank): ModuleReader {
  return (fields) =>
    maxPoolNd(rank, {
      kernelSize: fields.sizes('kernelSize'),
      stride: fields.sizes('stride'),
      padding: readPadding(fields),
      dilation: fields.sizes('dilation'),
    })
}

export function readAveragePool(rank: SpatialRank): ModuleReader {
  return (fields) =>
    averagePoolNd(rank, {
      kernelSize: fields.sizes('kernelSize'),
      stride: fields.sizes('stride'),
      padding: readPadding(fields),
      countIncludePad: fields.boolean('countIncludePad'),
    })
}
