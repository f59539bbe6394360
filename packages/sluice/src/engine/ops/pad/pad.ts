import { resamplingOps } from '../resampling/resamplingOps.ts'
import { type PadAttributes, paddedSize, padTaps } from './padTaps.ts'

/**
 * Elements around the space of `[N, C, …space]`, by one of several rules (see `PadMode`), and the
 * gradient: each is added to the element that was read for it.
 */
export const [pad, padBackward] = resamplingOps<PadAttributes>({
  name: 'pad',
  size: paddedSize,
  taps: padTaps,
  fill: ({ value }) => value,
})
