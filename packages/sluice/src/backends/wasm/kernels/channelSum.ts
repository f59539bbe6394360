// Sums over all pixels, channel by channel: bias gradients and the moments of batch normalisation.
// Rows are cut into parts of a fixed length; parts are combined in order, in double precision.
import { loadLanes, storeLanes } from './lanes'
import { pointer, word } from './record'

/** 0 x, 1 partials [part][channel], 2 rows, 3 channels, 4 rows of one part. */
export function channelSumPartial(args: usize, chunk: i32): void {
  const channels = word(args, 3)
  const first = chunk * word(args, 4)
  const last = min(word(args, 2), first + word(args, 4))
  const target = pointer(args, 1) + (<usize>(chunk * channels) << 2)
  const step = <usize>channels << 2
  const source = pointer(args, 0) + <usize>first * step
  let channel = 0
  for (; channel + 16 <= channels; channel += 16) {
    const at = <usize>channel << 2
    sumLine(source + at, step, last - first, target + at)
  }
  for (; channel < channels; channel += 4) {
    const at = <usize>channel << 2
    const count = channels - channel
    let sum = f32x4.splat(0)
    let place = source + at
    for (let row = first; row < last; row++) {
      sum = f32x4.add(sum, loadLanes(place, count))
      place += step
    }
    storeLanes(target + at, sum, count)
  }
}

/** The sums of sixteen channels, a line of the cache: so each line comes in once. */
function sumLine(source: usize, step: usize, rows: i32, target: usize): void {
  let s0 = f32x4.splat(0)
  let s1 = f32x4.splat(0)
  let s2 = f32x4.splat(0)
  let s3 = f32x4.splat(0)
  let place = source
  for (let row = 0; row < rows; row++) {
    s0 = f32x4.add(s0, v128.load(place))
    s1 = f32x4.add(s1, v128.load(place, 16))
    s2 = f32x4.add(s2, v128.load(place, 32))
    s3 = f32x4.add(s3, v128.load(place, 48))
    place += step
  }
  v128.store(target, s0)
  v128.store(target, s1, 16)
  v128.store(target, s2, 32)
  v128.store(target, s3, 48)
}

/** 0 partials, 1 parts, 2 sums, 3 gate sums (0: none), 4 channels of dy, 5 channels of one branch. */
export function channelSumReduce(args: usize, _chunk: i32): void {
  const channels = word(args, 4)
  const half = word(args, 5)
  for (let channel = 0; channel < channels; channel++) {
    let sum: f64 = 0
    for (let part = 0; part < word(args, 1); part++) {
      sum += <f64>load<f32>(pointer(args, 0) + (<usize>(part * channels + channel) << 2))
    }
    const target = channel < half ? pointer(args, 2) : pointer(args, 3)
    if (target != 0) store<f32>(target + (<usize>(channel % half) << 2), <f32>sum)
  }
}
