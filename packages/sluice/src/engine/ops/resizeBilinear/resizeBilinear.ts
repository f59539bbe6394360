import { resamplingOps } from '../resampling/resamplingOps.ts'
import { resizedSize } from '../resampling/resizeShape.ts'
import { linearTaps, type ResizeBilinearAttributes } from './linearTaps.ts'

/**
 * Another size of space by straight lines between neighbours: linear, bilinear or trilinear for one,
 * two or three axes, as PyTorch's `interpolate`, `[N, C, …space]` → `[N, C, …size]`. And the gradient:
 * each is shared among the elements that were mixed for it.
 */
export const [resizeBilinear, resizeBilinearBackward] = resamplingOps<ResizeBilinearAttributes>({
  name: 'resizeBilinear',
  size: resizedSize,
  taps: linearTaps,
  fill: () => 0,
})
