// Group, instance and layer normalisation over [outer][rows][channels], where every statistic stands
// on all rows of one outer index and on `channels / groups` neighbouring channels. Sums are taken in
// double precision and relative to the statistic's first value, so that neither many pixels nor a
// large mean cost accuracy. A chunk is one part of the rows of one outer index; parts are added in order.
//
// Weight and bias stand per channel (row step 0, channel step 1), per row (1, 0) or per element
// (channels, 1).
import { loadLanes, storeLanes } from './lanes'
import { pointer, word } from './record'

/** One float of each lane's group, for the four channels from `channel` on. */
function groupLanes(source: usize, channel: i32, channels: i32, width: i32, step: i32): v128 {
  const last = channels - 1
  const group = channel / width
  let value = v128.load32_splat(source + (<usize>(group * step) << 2))
  if (min(last, channel + 3) / width == group) return value
  const second = min(last, channel + 1) / width
  const third = min(last, channel + 2) / width
  const fourth = min(last, channel + 3) / width
  value = f32x4.replace_lane(value, 1, load<f32>(source + (<usize>(second * step) << 2)))
  value = f32x4.replace_lane(value, 2, load<f32>(source + (<usize>(third * step) << 2)))
  return f32x4.replace_lane(value, 3, load<f32>(source + (<usize>(fourth * step) << 2)))
}

// @ts-ignore: decorator
@inline
function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x)
}

// @ts-ignore: decorator
@inline
function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<u64>(x, x, 1, 1))
}

/** Adds the four lanes of two double vectors to the doubles of their groups. */
function addToGroups(target: usize, channel: i32, count: i32, width: i32, a: v128, b: v128): void {
  addLane(target, channel / width, f64x2.extract_lane(a, 0))
  if (count > 1) addLane(target, (channel + 1) / width, f64x2.extract_lane(a, 1))
  if (count > 2) addLane(target, (channel + 2) / width, f64x2.extract_lane(b, 0))
  if (count > 3) addLane(target, (channel + 3) / width, f64x2.extract_lane(b, 1))
}

// @ts-ignore: decorator
@inline
function addLane(target: usize, group: i32, value: f64): void {
  const place = target + (<usize>group << 3)
  store<f64>(place, load<f64>(place) + value)
}

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

/** A weight or bias for four channels of one row. */
// @ts-ignore: decorator
@inline
function parameterLanes(source: usize, row: i32, rowStep: i32, channelStep: i32, channel: i32, count: i32): v128 {
  const place = source + (<usize>(row * rowStep + channel * channelStep) << 2)
  return channelStep == 0 ? v128.load32_splat(place) : loadLanes(place, count)
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

/**
 * With h = (x − mean) · inverse and q = dy · weight: 0 x, 1 mean, 2 inverse, 3 dy, 4 weight (0: none),
 * 5 partials (f64) [outer][part][Σ q | Σ q·h][group], 6 the same for dy and per channel, of which the
 * gradients of a weight per channel are made (0: not needed), 7 rows, 8 channels, 9 groups, 10 rows
 * of one part, 11 parts, 12 row step and 13 channel step of the weight.
 */
export function groupBackwardSums(args: usize, chunk: i32): void {
  const rows = word(args, 7)
  const channels = word(args, 8)
  const groups = word(args, 9)
  const width = channels / groups
  const outer = chunk / word(args, 11)
  const first = (chunk % word(args, 11)) * word(args, 10)
  const last = min(rows, first + word(args, 10))
  const base = <usize>(outer * rows * channels) << 2
  const means = pointer(args, 1) + (<usize>(outer * groups) << 2)
  const inverses = pointer(args, 2) + (<usize>(outer * groups) << 2)
  const weight = pointer(args, 4)
  const rowStep = word(args, 12)
  const channelStep = word(args, 13)
  const perRow = weight != 0 && rowStep != 0
  const target = pointer(args, 5) + (<usize>(chunk * groups) << 4)
  const channelTarget = pointer(args, 6) + (<usize>(chunk * channels) << 4)
  memory.fill(target, 0, <usize>groups << 4)
  if (pointer(args, 6) != 0) memory.fill(channelTarget, 0, <usize>channels << 4)
  for (let channel = 0; channel < channels; channel += 4) {
    const count = channels - channel
    const mean = groupLanes(means, channel, channels, width, 1)
    const inverse = groupLanes(inverses, channel, channels, width, 1)
    let sumLow = f64x2.splat(0)
    let sumHigh = f64x2.splat(0)
    let momentLow = f64x2.splat(0)
    let momentHigh = f64x2.splat(0)
    for (let row = first; row < last; row++) {
      const at = base + (<usize>(row * channels + channel) << 2)
      const distance = f32x4.sub(loadLanes(pointer(args, 0) + at, count), mean)
      const h = f32x4.mul(distance, inverse)
      let q = loadLanes(pointer(args, 3) + at, count)
      if (perRow) q = f32x4.mul(q, parameterLanes(weight, row, rowStep, channelStep, channel, count))
      const qLow = low(q)
      const qHigh = high(q)
      sumLow = f64x2.add(sumLow, qLow)
      sumHigh = f64x2.add(sumHigh, qHigh)
      momentLow = f64x2.add(momentLow, f64x2.mul(qLow, low(h)))
      momentHigh = f64x2.add(momentHigh, f64x2.mul(qHigh, high(h)))
    }
    if (pointer(args, 6) != 0) {
      addToGroups(channelTarget, channel, count, 1, sumLow, sumHigh)
      addToGroups(channelTarget + (<usize>channels << 3), channel, count, 1, momentLow, momentHigh)
    }
    if (weight != 0 && !perRow) {
      const scale = parameterLanes(weight, 0, 0, channelStep, channel, count)
      const scaleLow = low(scale)
      const scaleHigh = high(scale)
      sumLow = f64x2.mul(sumLow, scaleLow)
      sumHigh = f64x2.mul(sumHigh, scaleHigh)
      momentLow = f64x2.mul(momentLow, scaleLow)
      momentHigh = f64x2.mul(momentHigh, scaleHigh)
    }
    addToGroups(target, channel, count, width, sumLow, sumHigh)
    addToGroups(target + (<usize>groups << 3), channel, count, width, momentLow, momentHigh)
  }
}

/**
 * 0 partials, 1 means of q and of q·h [outer][mean(q) | mean(q·h)][group], 2 groups, 3 parts, 4 values
 * of one statistic. A chunk is one outer index.
 */
export function groupBackwardMeans(args: usize, chunk: i32): void {
  const groups = word(args, 2)
  const parts = word(args, 3)
  const values = <f64>word(args, 4)
  const partials = pointer(args, 0) + (<usize>(chunk * parts * groups) << 4)
  const target = pointer(args, 1) + (<usize>(chunk * groups) << 3)
  for (let group = 0; group < groups; group++) {
    let sum: f64 = 0
    let moment: f64 = 0
    for (let part = 0; part < parts; part++) {
      const place = partials + (<usize>(part * groups * 2 + group) << 3)
      sum += load<f64>(place)
      moment += load<f64>(place + (<usize>groups << 3))
    }
    store<f32>(target + (<usize>group << 2), <f32>(sum / values))
    store<f32>(target + (<usize>(groups + group) << 2), <f32>(moment / values))
  }
}

/**
 * dx = inverse · (dy · weight − mean(q) − h · mean(q·h)). 0 x, 1 mean, 2 inverse, 3 dy, 4 weight
 * (0: none), 5 means of q and q·h, 6 dx, 7 rows, 8 channels, 9 groups, 10 rows of one part, 11 parts,
 * 12 row step and 13 channel step of the weight.
 */
export function groupBackwardInput(args: usize, chunk: i32): void {
  const rows = word(args, 7)
  const channels = word(args, 8)
  const groups = word(args, 9)
  const width = channels / groups
  const outer = chunk / word(args, 11)
  const first = (chunk % word(args, 11)) * word(args, 10)
  const last = min(rows, first + word(args, 10))
  const base = <usize>(outer * rows * channels) << 2
  const statistics = <usize>(outer * groups) << 2
  const sums = pointer(args, 5) + (statistics << 1)
  const weight = pointer(args, 4)
  const rowStep = word(args, 12)
  const channelStep = word(args, 13)
  for (let channel = 0; channel < channels; channel += 4) {
    const count = channels - channel
    const mean = groupLanes(pointer(args, 1) + statistics, channel, channels, width, 1)
    const inverse = groupLanes(pointer(args, 2) + statistics, channel, channels, width, 1)
    const sum = groupLanes(sums, channel, channels, width, 1)
    const moment = groupLanes(sums + (<usize>groups << 2), channel, channels, width, 1)
    for (let row = first; row < last; row++) {
      const at = base + (<usize>(row * channels + channel) << 2)
      const distance = f32x4.sub(loadLanes(pointer(args, 0) + at, count), mean)
      const h = f32x4.mul(distance, inverse)
      let q = loadLanes(pointer(args, 3) + at, count)
      if (weight != 0) {
        q = f32x4.mul(q, parameterLanes(weight, row, rowStep, channelStep, channel, count))
      }
      const own = f32x4.sub(f32x4.sub(q, sum), f32x4.mul(h, moment))
      storeLanes(pointer(args, 6) + at, f32x4.mul(inverse, own), count)
    }
  }
}

/**
 * Gradients of a weight and bias per channel. 0 sums per channel of `groupBackwardSums`, 1 their
 * number, 2 dWeight (0: none), 3 dBias (0: none), 4 channels, 5 channels of one chunk.
 */
export function normChannelGradient(args: usize, chunk: i32): void {
  const channels = word(args, 4)
  const first = chunk * word(args, 5)
  const last = min(channels, first + word(args, 5))
  for (let channel = first; channel < last; channel++) {
    let sum: f64 = 0
    let moment: f64 = 0
    for (let part = 0; part < word(args, 1); part++) {
      const place = pointer(args, 0) + (<usize>(part * channels * 2 + channel) << 3)
      sum += load<f64>(place)
      moment += load<f64>(place + (<usize>channels << 3))
    }
    if (pointer(args, 2) != 0) store<f32>(pointer(args, 2) + (<usize>channel << 2), <f32>moment)
    if (pointer(args, 3) != 0) store<f32>(pointer(args, 3) + (<usize>channel << 2), <f32>sum)
  }
}

/**
 * Gradients of a weight and bias per row or per element: sums over outer indices, and over channels
 * where there is one weight a row. 0 x, 1 mean, 2 inverse, 3 dy, 4 dWeight (0: none), 5 dBias (0: none),
 * 6 outer, 7 rows, 8 channels, 9 groups, 10 rows of one chunk, 11 channel step.
 */
export function normElementGradient(args: usize, chunk: i32): void {
  const rows = word(args, 7)
  const channels = word(args, 8)
  const groups = word(args, 9)
  const width = channels / groups
  const perElement = word(args, 11) != 0
  const first = chunk * word(args, 10)
  const last = min(rows, first + word(args, 10))
  for (let row = first; row < last; row++) {
    let rowSum: f64 = 0
    let rowMoment: f64 = 0
    for (let channel = 0; channel < channels; channel += 4) {
      const count = channels - channel
      let sumLow = f64x2.splat(0)
      let sumHigh = f64x2.splat(0)
      let momentLow = f64x2.splat(0)
      let momentHigh = f64x2.splat(0)
      for (let outer = 0; outer < word(args, 6); outer++) {
        const at = <usize>((outer * rows + row) * channels + channel) << 2
        const statistics = <usize>(outer * groups) << 2
        const mean = groupLanes(pointer(args, 1) + statistics, channel, channels, width, 1)
        const inverse = groupLanes(pointer(args, 2) + statistics, channel, channels, width, 1)
        const distance = f32x4.sub(loadLanes(pointer(args, 0) + at, count), mean)
        const h = f32x4.mul(distance, inverse)
        const dy = loadLanes(pointer(args, 3) + at, count)
        const dyLow = low(dy)
        const dyHigh = high(dy)
        sumLow = f64x2.add(sumLow, dyLow)
        sumHigh = f64x2.add(sumHigh, dyHigh)
        momentLow = f64x2.add(momentLow, f64x2.mul(dyLow, low(h)))
        momentHigh = f64x2.add(momentHigh, f64x2.mul(dyHigh, high(h)))
      }
      if (perElement) {
        const at = <usize>(row * channels + channel) << 2
        if (pointer(args, 4) != 0) {
          storeLanes(pointer(args, 4) + at, demote(momentLow, momentHigh), count)
        }
        if (pointer(args, 5) != 0) storeLanes(pointer(args, 5) + at, demote(sumLow, sumHigh), count)
      } else {
        // Lanes beyond the channels hold zeros.
        rowSum += across(sumLow, sumHigh)
        rowMoment += across(momentLow, momentHigh)
      }
    }
    if (!perElement) {
      if (pointer(args, 4) != 0) store<f32>(pointer(args, 4) + (<usize>row << 2), <f32>rowMoment)
      if (pointer(args, 5) != 0) store<f32>(pointer(args, 5) + (<usize>row << 2), <f32>rowSum)
    }
  }
}

// @ts-ignore: decorator
@inline
function demote(a: v128, b: v128): v128 {
  const first = f32x4.demote_f64x2_zero(a)
  const second = f32x4.demote_f64x2_zero(b)
  return v128.shuffle<u64>(first, second, 0, 2)
}

// @ts-ignore: decorator
@inline
function across(a: v128, b: v128): f64 {
  return (
    f64x2.extract_lane(a, 0) +
    f64x2.extract_lane(a, 1) +
    (f64x2.extract_lane(b, 0) + f64x2.extract_lane(b, 1))
  )
}
