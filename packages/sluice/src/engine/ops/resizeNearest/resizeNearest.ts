import { resamplingOps } from '../resampling/resamplingOps.ts'
import { resizedSize } from '../resampling/resizeShape.ts'
import { nearestTaps, type ResizeNearestAttributes } from './nearestTaps.ts'

/**
 * Another size of space by reading one element for each output, `[N, C, …space]` → `[N, C, …size]`, and
 * the gradient: each is added to the element that was read for it.
 */
export const [resizeNearest, resizeNearestBackward] = resamplingOps<ResizeNearestAttributes>({
  name: 'resizeNearest',
  size: resizedSize,
  taps: nearestTaps,
  fill: () => 0,
})
