// Group, instance and layer normalisation over [outer][rows][channels], where every statistic stands
// on all rows of one outer index and on `channels / groups` neighbouring channels. Sums are taken in
// double precision and relative to the statistic's first value, so that neither many pixels nor a
// large mean cost accuracy. A chunk is one part of the rows of one outer index; parts are added in order.
//
// Weight and bias stand per channel (row step 0, channel step 1), per row (1, 0) or per element
// (channels, 1).
import { addToGroups, groupLanes, high, low, parameterLanes } from './groupLanes'
import { loadLanes, storeLanes } from './lanes'
import { pointer, word } from './record'

/**
 * 0 x, 1 partials (f64) [outer][part][Σ(x − first) | Σ(x − first)²][group], 2 rows, 3 channels,
 * 4 groups, 5 rows of one part, 6 parts of one outer index.
 */
export function groupMoments(args: usize, chunk: i32): void {
  const rows = word(args, 2)
  const channels = word(args, 3)
  const groups = word(args, 4)
  const width = channels / groups
  const first = (chunk % word(args, 6)) * word(args, 5)
  const last = min(rows, first + word(args, 5))
  const x = pointer(args, 0) + (<usize>((chunk / word(args, 6)) * rows * channels) << 2)
  const target = pointer(args, 1) + (<usize>(chunk * groups) << 4)
  const squaresTarget = target + (<usize>groups << 3)
  memory.fill(target, 0, <usize>groups << 4)
  for (let channel = 0; channel < channels; channel += 4) {
    const count = channels - channel
    const shift = groupLanes(x, channel, channels, width, width)
    const shiftLow = low(shift)
    const shiftHigh = high(shift)
    let sumLow = f64x2.splat(0)
    let sumHigh = f64x2.splat(0)
    let squaresLow = f64x2.splat(0)
    let squaresHigh = f64x2.splat(0)
    for (let row = first; row < last; row++) {
      const value = loadLanes(x + (<usize>(row * channels + channel) << 2), count)
      const distanceLow = f64x2.sub(low(value), shiftLow)
      const distanceHigh = f64x2.sub(high(value), shiftHigh)
      sumLow = f64x2.add(sumLow, distanceLow)
      sumHigh = f64x2.add(sumHigh, distanceHigh)
      squaresLow = f64x2.add(squaresLow, f64x2.mul(distanceLow, distanceLow))
      squaresHigh = f64x2.add(squaresHigh, f64x2.mul(distanceHigh, distanceHigh))
    }
    addToGroups(target, channel, count, width, sumLow, sumHigh)
    addToGroups(squaresTarget, channel, count, width, squaresLow, squaresHigh)
  }
}

/**
 * 0 x, 1 partials, 2 statistics [outer][mean | its rounding error | inverse deviation][group],
 * 3 mean (0: none), 4 inverse deviation (0: none), 5 rows, 6 channels, 7 groups, 8 parts, 9 ε (f64).
 * A chunk is one outer index.
 */
export function groupStatistics(args: usize, chunk: i32): void {
  const rows = word(args, 5)
  const channels = word(args, 6)
  const groups = word(args, 7)
  const parts = word(args, 8)
  const epsilon = load<f64>(args + 36)
  const width = channels / groups
  const values = <f64>rows * <f64>width
  const x = pointer(args, 0) + (<usize>(chunk * rows * channels) << 2)
  const partials = pointer(args, 1) + (<usize>(chunk * parts * groups) << 4)
  const target = pointer(args, 2) + (<usize>(chunk * groups * 3) << 2)
  for (let group = 0; group < groups; group++) {
    let sum: f64 = 0
    let squares: f64 = 0
    for (let part = 0; part < parts; part++) {
      const place = partials + (<usize>(part * groups * 2 + group) << 3)
      sum += load<f64>(place)
      squares += load<f64>(place + (<usize>groups << 3))
    }
    const away = sum / values
    const mean = <f64>load<f32>(x + (<usize>(group * width) << 2)) + away
    const variance = max<f64>(0, squares / values - away * away)
    const inverse = <f32>(1 / sqrt<f64>(variance + epsilon))
    const at = <usize>group << 2
    store<f32>(target + at, <f32>mean)
    store<f32>(target + (<usize>groups << 2) + at, <f32>(mean - <f64>(<f32>mean)))
    store<f32>(target + (<usize>groups << 3) + at, inverse)
    const saved = <usize>(chunk * groups + group) << 2
    if (pointer(args, 3) != 0) store<f32>(pointer(args, 3) + saved, <f32>mean)
    if (pointer(args, 4) != 0) store<f32>(pointer(args, 4) + saved, inverse)
  }
}

/**
 * 0 x, 1 statistics, 2 weight (0: none), 3 bias, 4 y, 5 rows, 6 channels, 7 groups, 8 rows of one
 * part, 9 parts, 10 row step and 11 channel step of weight and bias.
 */
export function groupNormalise(args: usize, chunk: i32): void {
  const rows = word(args, 5)
  const channels = word(args, 6)
  const groups = word(args, 7)
  const width = channels / groups
  const outer = chunk / word(args, 9)
  const first = (chunk % word(args, 9)) * word(args, 8)
  const last = min(rows, first + word(args, 8))
  const base = <usize>(outer * rows * channels) << 2
  const statistics = pointer(args, 1) + (<usize>(outer * groups * 3) << 2)
  const weight = pointer(args, 2)
  const bias = pointer(args, 3)
  const rowStep = word(args, 10)
  const channelStep = word(args, 11)
  const perRow = weight != 0 && rowStep != 0
  for (let channel = 0; channel < channels; channel += 4) {
    const count = channels - channel
    const mean = groupLanes(statistics, channel, channels, width, 1)
    const rest = groupLanes(statistics + (<usize>groups << 2), channel, channels, width, 1)
    const inverse = groupLanes(statistics + (<usize>groups << 3), channel, channels, width, 1)
    let scale = inverse
    let offset = f32x4.splat(0)
    if (weight != 0 && !perRow) {
      scale = f32x4.mul(inverse, parameterLanes(weight, 0, 0, channelStep, channel, count))
      offset = parameterLanes(bias, 0, 0, channelStep, channel, count)
    }
    for (let row = first; row < last; row++) {
      const at = base + (<usize>(row * channels + channel) << 2)
      const distance = f32x4.sub(f32x4.sub(loadLanes(pointer(args, 0) + at, count), mean), rest)
      if (perRow) {
        scale = f32x4.mul(inverse, parameterLanes(weight, row, rowStep, channelStep, channel, count))
        offset = parameterLanes(bias, row, rowStep, channelStep, channel, count)
      }
      storeLanes(pointer(args, 4) + at, f32x4.add(f32x4.mul(distance, scale), offset), count)
    }
  }
}
