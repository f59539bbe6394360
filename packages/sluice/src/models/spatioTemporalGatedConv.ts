import { gatedConv3d } from '../layers/gated/gatedConv.ts'
import type { ReluFusing } from '../layers/reluFusing.ts'
import type { Padding, Size } from '../layers/window.ts'

/**
 * `Conv3d(x) ⊙ σ(Conv3d_gate(x))` on `[N, inChannels, D, H, W]`, both convolutions with bias. Its
 * parameters are `spatial_conv.{weight,bias}` (the feature) and `temporal_conv.{weight,bias}` (the
 * gate), as the PyTorch class of this name calls them; both see space and time.
 */
export function spatioTemporalGatedConv(
  inChannels: number,
  outChannels: number,
  kernelSize: Size,
  stride: Size = 1,
  padding: Padding = 0,
): ReluFusing {
  return gatedConv3d(inChannels, outChannels, {
    kernelSize,
    stride,
    padding,
    featureName: 'spatial_conv',
    gateName: 'temporal_conv',
  })
}
