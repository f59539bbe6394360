import { resamplingOps } from '../resampling/resamplingOps.ts'
import { type PadAttributes, padTaps } from './padTaps.ts'

const ops = resamplingOps<PadAttributes>({
  name: 'pad',
  taps: padTaps,
  fill: ({ value }) => value,
})

/** Elements around the space of `[N, C, …space]`, by one of several rules; see `PadMode`. */
export const pad = ops.forward

/** Adds each gradient to the element that was read for it. */
export const padBackward = ops.backward
