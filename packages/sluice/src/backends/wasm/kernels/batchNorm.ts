// Batch normalisation over all rows [N·pixels][channels]. Moments are found part by part (mean, then
// squared distances from it: two passes over data that is still in the cache) and combined in order
// with Chan's formula in double precision, so that large means cost no accuracy.
import { loadLanes, storeLanes } from './lanes'
import { pointer, word } from './record'

/** 0 x, 1 partials [part][mean | squares][channel], 2 rows, 3 channels, 4 rows of one part. */
export function momentsPartial(args: usize, chunk: i32): void {
  const channels = word(args, 3)
  const first = chunk * word(args, 4)
  const last = min(word(args, 2), first + word(args, 4))
  const target = pointer(args, 1) + (<usize>(chunk * channels) << 3)
  const inverse = f32x4.splat(<f32>1 / <f32>(last - first))
  for (let channel = 0; channel < channels; channel += 4) {
    const at = <usize>channel << 2
    const count = channels - channel
    let sum = f32x4.splat(0)
    for (let row = first; row < last; row++) {
      const place = pointer(args, 0) + (<usize>(row * channels) << 2) + at
      sum = f32x4.add(sum, loadLanes(place, count))
    }
    const mean = f32x4.mul(sum, inverse)
    let squares = f32x4.splat(0)
    for (let row = first; row < last; row++) {
      const place = pointer(args, 0) + (<usize>(row * channels) << 2) + at
      const distance = f32x4.sub(loadLanes(place, count), mean)
      squares = f32x4.add(squares, f32x4.mul(distance, distance))
    }
    storeLanes(target + at, mean, count)
    storeLanes(target + (<usize>channels << 2) + at, squares, count)
  }
}

/**
 * 0 partials, 1 parts, 2 mean, 3 variance (biased), 4 channels, 5 rows, 6 rows of one part, 7 and 8
 * second places for mean and variance (0: none).
 */
export function momentsReduce(args: usize, _chunk: i32): void {
  const channels = word(args, 4)
  const rows = word(args, 5)
  const partRows = word(args, 6)
  for (let channel = 0; channel < channels; channel++) {
    let mean: f64 = 0
    let squares: f64 = 0
    let seen: f64 = 0
    for (let part = 0; part < word(args, 1); part++) {
      const place = pointer(args, 0) + (<usize>(part * channels * 2 + channel) << 2)
      const count = <f64>min(partRows, rows - part * partRows)
      const distance = <f64>load<f32>(place) - mean
      const both = seen + count
      squares +=
        <f64>load<f32>(place + (<usize>channels << 2)) + (distance * distance * seen * count) / both
      mean += (distance * count) / both
      seen = both
    }
    store<f32>(pointer(args, 2) + (<usize>channel << 2), <f32>mean)
    store<f32>(pointer(args, 3) + (<usize>channel << 2), <f32>(squares / <f64>rows))
    if (pointer(args, 7) != 0) store<f32>(pointer(args, 7) + (<usize>channel << 2), <f32>mean)
    if (pointer(args, 8) != 0) {
      store<f32>(pointer(args, 8) + (<usize>channel << 2), <f32>(squares / <f64>rows))
    }
  }
}

/** 0 x, 1 weight, 2 bias, 3 mean, 4 variance, 5 y, 6 rows, 7 channels, 8 rows of one chunk, 9 ε bits. */
export function normalise(args: usize, chunk: i32): void {
  const channels = word(args, 7)
  const first = chunk * word(args, 8)
  const last = min(word(args, 6), first + word(args, 8))
  const epsilon = f32x4.splat(reinterpret<f32>(word(args, 9)))
  for (let channel = 0; channel < channels; channel += 4) {
    const at = <usize>channel << 2
    const count = channels - channel
    const variance = loadLanes(pointer(args, 4) + at, count)
    const deviation = f32x4.sqrt(f32x4.add(variance, epsilon))
    const scale = f32x4.div(loadLanes(pointer(args, 1) + at, count), deviation)
    const mean = loadLanes(pointer(args, 3) + at, count)
    const bias = loadLanes(pointer(args, 2) + at, count)
    for (let row = first; row < last; row++) {
      const offset = (<usize>(row * channels) << 2) + at
      const distance = f32x4.sub(loadLanes(pointer(args, 0) + offset, count), mean)
      const y = f32x4.add(f32x4.mul(distance, scale), bias)
      storeLanes(pointer(args, 5) + offset, y, count)
    }
  }
}

/**
 * Sums that the gradient needs: Σ dy and Σ dy·(x − mean). 0 x, 1 dy, 2 mean,
 * 3 partials [part][Σ dy | Σ dy·(x − mean)][channel], 4 rows, 5 channels, 6 rows of one part.
 */
export function normBackwardPartial(args: usize, chunk: i32): void {
  const channels = word(args, 5)
  const first = chunk * word(args, 6)
  const last = min(word(args, 4), first + word(args, 6))
  const target = pointer(args, 3) + (<usize>(chunk * channels) << 3)
  for (let channel = 0; channel < channels; channel += 4) {
    const at = <usize>channel << 2
    const count = channels - channel
    const mean = loadLanes(pointer(args, 2) + at, count)
    let sum = f32x4.splat(0)
    let moment = f32x4.splat(0)
    for (let row = first; row < last; row++) {
      const offset = (<usize>(row * channels) << 2) + at
      const dy = loadLanes(pointer(args, 1) + offset, count)
      const distance = f32x4.sub(loadLanes(pointer(args, 0) + offset, count), mean)
      sum = f32x4.add(sum, dy)
      moment = f32x4.add(moment, f32x4.mul(dy, distance))
    }
    storeLanes(target + at, sum, count)
    storeLanes(target + (<usize>channels << 2) + at, moment, count)
  }
}

/**
 * 0 partials, 1 parts, 2 variance, 3 dWeight (0: none), 4 dBias (0: none), 5 sums
 * [Σ dy | Σ dy·(x − mean)][channel], 6 channels, 7 ε bits.
 */
export function normBackwardReduce(args: usize, _chunk: i32): void {
  const channels = word(args, 6)
  const epsilon = <f64>reinterpret<f32>(word(args, 7))
  for (let channel = 0; channel < channels; channel++) {
    const at = <usize>channel << 2
    let sum: f64 = 0
    let moment: f64 = 0
    for (let part = 0; part < word(args, 1); part++) {
      const place = pointer(args, 0) + (<usize>(part * channels * 2 + channel) << 2)
      sum += <f64>load<f32>(place)
      moment += <f64>load<f32>(place + (<usize>channels << 2))
    }
    const deviation = sqrt<f64>(<f64>load<f32>(pointer(args, 2) + at) + epsilon)
    if (pointer(args, 3) != 0) store<f32>(pointer(args, 3) + at, <f32>(moment / deviation))
    if (pointer(args, 4) != 0) store<f32>(pointer(args, 4) + at, <f32>sum)
    store<f32>(pointer(args, 5) + at, <f32>sum)
    store<f32>(pointer(args, 5) + (<usize>channels << 2) + at, <f32>moment)
  }
}

/**
 * dx = w/σ · (dy − Σdy/M − (x − mean)/σ² · Σ(dy·(x − mean))/M). 0 x, 1 dy, 2 weight, 3 mean,
 * 4 variance, 5 sums, 6 dx, 7 rows, 8 channels, 9 rows of one chunk, 10 ε bits.
 */
export function normBackwardInput(args: usize, chunk: i32): void {
  const channels = word(args, 8)
  const rows = word(args, 7)
  const first = chunk * word(args, 9)
  const last = min(rows, first + word(args, 9))
  const epsilon = f32x4.splat(reinterpret<f32>(word(args, 10)))
  const inverse = f32x4.splat(<f32>1 / <f32>rows)
  for (let channel = 0; channel < channels; channel += 4) {
    const at = <usize>channel << 2
    const count = channels - channel
    const variance = f32x4.add(loadLanes(pointer(args, 4) + at, count), epsilon)
    const scale = f32x4.div(loadLanes(pointer(args, 2) + at, count), f32x4.sqrt(variance))
    const mean = loadLanes(pointer(args, 3) + at, count)
    const sum = f32x4.mul(loadLanes(pointer(args, 5) + at, count), inverse)
    const sums = pointer(args, 5) + (<usize>channels << 2) + at
    const moment = f32x4.div(f32x4.mul(loadLanes(sums, count), inverse), variance)
    for (let row = first; row < last; row++) {
      const offset = (<usize>(row * channels) << 2) + at
      const distance = f32x4.sub(loadLanes(pointer(args, 0) + offset, count), mean)
      const dy = f32x4.sub(loadLanes(pointer(args, 1) + offset, count), sum)
      const dx = f32x4.mul(scale, f32x4.sub(dy, f32x4.mul(distance, moment)))
      storeLanes(pointer(args, 6) + offset, dx, count)
    }
  }
}

/** 0 running mean, 1 running variance, 2 mean, 3 variance, 4 channels, 5 momentum bits, 6 count. */
export function updateRunning(args: usize, _chunk: i32): void {
  const momentum = reinterpret<f32>(word(args, 5))
  const count = <f32>word(args, 6)
  const unbiased = count / max<f32>(1, count - 1)
  for (let channel = 0; channel < word(args, 4); channel++) {
    const at = <usize>channel << 2
    const mean = load<f32>(pointer(args, 0) + at)
    const variance = load<f32>(pointer(args, 1) + at)
    const newMean = load<f32>(pointer(args, 2) + at)
    const newVariance = load<f32>(pointer(args, 3) + at) * unbiased
    store<f32>(pointer(args, 0) + at, mean + momentum * (newMean - mean))
    store<f32>(pointer(args, 1) + at, variance + momentum * (newVariance - variance))
  }
}
