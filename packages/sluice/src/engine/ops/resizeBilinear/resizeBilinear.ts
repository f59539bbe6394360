import { resamplingOps } from '../resampling/resamplingOps.ts'
import { linearTaps, type ResizeBilinearAttributes } from './linearTaps.ts'

const ops = resamplingOps<ResizeBilinearAttributes>({
  name: 'resizeBilinear',
  taps: linearTaps,
  fill: () => 0,
})

/**
 * Another size of space by straight lines between neighbours: linear, bilinear or trilinear for one,
 * two or three axes, as PyTorch's `interpolate`. `[N, C, …space]` → `[N, C, …size]`.
 */
export const resizeBilinear = ops.forward

/** Shares each gradient among the elements that were mixed for it. */
export const resizeBilinearBackward = ops.backward
