// Gradients of the normalisations of `groupNorm.ts`: of the input, and of weight and bias where they stand
// per channel, per row or per element. Chunks and sums are as in the forward pass.
import { across, addToGroups, demote, groupLanes, high, low, parameterLanes } from './groupLanes'
import { loadLanes, storeLanes } from './lanes'
import { pointer, word } from './record'

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
