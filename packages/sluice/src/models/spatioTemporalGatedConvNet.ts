import type { Module } from '../engine/graph/module.ts'
import { SluiceError } from '../foundation/errors.ts'
import { relu } from '../layers/activation.ts'
import type { ModuleReader } from '../layers/description/readModule.ts'
import { flatten } from '../layers/flatten.ts'
import { linear } from '../layers/linear.ts'
import { sequential } from '../layers/sequential.ts'
import type { Padding } from '../layers/window.ts'
import { readPadding } from '../layers/window.ts'
import { composed } from './composed.ts'
import { spatioTemporalGatedConv } from './spatioTemporalGatedConv.ts'

/** Options of `spatioTemporalGatedConvNet`. */
export interface SpatioTemporalGatedConvNetOptions {
  /** Default 10. */
  readonly classes?: number
  /** Colours of a frame. Default 3. */
  readonly inChannels?: number
  /** Channels after each gated convolution. Default `[16, 32, 64]`. */
  readonly widths?: readonly number[]
  /** Edge of every kernel. Default 3. */
  readonly kernelSize?: number
  /** Default 1, which keeps the size of the clip for a kernel of 3. */
  readonly padding?: Padding
}

/**
 * Gated convolutions with a ReLU after each, flatten in channel-depth-height-width order, one linear
 * layer: `[N, 3, 8, 32, 32]` to logits `[N, 10]` by default. Parameters
 * `gated_convK.spatial_conv.{weight,bias}`, `gated_convK.temporal_conv.{weight,bias}` for K = 1, 2, …
 * and `fc1.{weight,bias}`. Any clip size will do: the linear layer's is inferred when the network is
 * built, and then fixed by its weights.
 */
export function spatioTemporalGatedConvNet(
  options: SpatioTemporalGatedConvNetOptions = {},
): Module {
  const { classes = 10, inChannels = 3, widths = [16, 32, 64] } = options
  const { kernelSize = 3, padding = 1 } = options
  if (widths.length === 0) {
    throw new SluiceError('usage', 'widths must name at least one gated convolution', {
      where: 'spatioTemporalGatedConvNet',
    })
  }
  const layers: Record<string, Module> = {}
  widths.forEach((width, index) => {
    const before = widths[index - 1] ?? inChannels
    layers[`gated_conv${index + 1}`] = spatioTemporalGatedConv(
      before,
      width,
      kernelSize,
      1,
      padding,
    )
    layers[`relu${index + 1}`] = relu()
  })
  return composed(
    {
      type: 'spatioTemporalGatedConvNet',
      classes,
      inChannels,
      widths: [...widths],
      kernelSize,
      padding,
    },
    sequential({ ...layers, flatten: flatten(), fc1: linear(classes) }),
  )
}

export const readSpatioTemporalGatedConvNet: ModuleReader = (fields) =>
  spatioTemporalGatedConvNet({
    classes: fields.whole('classes'),
    inChannels: fields.whole('inChannels'),
    widths: fields.sizes('widths'),
    kernelSize: fields.whole('kernelSize'),
    padding: readPadding(fields),
  })
