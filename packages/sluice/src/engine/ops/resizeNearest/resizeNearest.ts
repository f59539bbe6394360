import { resamplingOps } from '../resampling/resamplingOps.ts'
import { nearestTaps, type ResizeNearestAttributes } from './nearestTaps.ts'

const ops = resamplingOps<ResizeNearestAttributes>({
  name: 'resizeNearest',
  taps: nearestTaps,
  fill: () => 0,
})

/** Another size of space by reading one element for each output: `[N, C, …space]` → `[N, C, …size]`. */
export const resizeNearest = ops.forward

/** Adds each gradient to the element that was read for it. */
export const resizeNearestBackward = ops.backward
