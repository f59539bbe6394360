// Padding and resizing: each output is a weighted sum of what its taps read along depth, height and
// width; gradients are the same with the taps turned round. Channels last, a row of outputs at a time.
//
// Arguments: 0 x, 1 y, 2 channels, 3–5 input D H W, 6–8 output D H W, 9–11 taps of D H W, 12 rows of
// one chunk, 13 rows, 14 what outputs without taps get, 15 at most one tap each, of weight 1.
// Taps of an axis: where each output's begin and where the last ones end, then pairs of input index and
// weight, all words.
import { loadLanes, storeLanes } from './lanes'
import { float, pointer, word } from './record'

// @ts-ignore: decorator
@inline
function tapsBegin(taps: usize, output: i32): i32 {
  return load<i32>(taps + (<usize>output << 2))
}

export function resample(args: usize, chunk: i32): void {
  const first = chunk * word(args, 12)
  const last = min(word(args, 13), first + word(args, 12))
  const single = word(args, 15) != 0
  for (let row = first; row < last; row++) {
    const h = row % word(args, 7)
    const plane = row / word(args, 7)
    const d = plane % word(args, 6)
    const sample = plane / word(args, 6)
    const depthTaps = pointer(args, 9)
    const heightTaps = pointer(args, 10)
    const d0 = tapsBegin(depthTaps, d)
    const d1 = tapsBegin(depthTaps, d + 1)
    const h0 = tapsBegin(heightTaps, h)
    const h1 = tapsBegin(heightTaps, h + 1)
    const floats = word(args, 8) * word(args, 2)
    const target = pointer(args, 1) + (<usize>row * <usize>floats << 2)
    if (d0 == d1 || h0 == h1) fillRow(target, floats, float(args, 14))
    else if (single) copyRow(args, sample, d0, h0, target)
    else mixRow(args, sample, d0, d1, h0, h1, target)
  }
}

function fillRow(target: usize, floats: i32, value: f32): void {
  for (let i = 0; i < floats; i += 4) {
    storeLanes(target + (<usize>i << 2), f32x4.splat(value), floats - i)
  }
}

/** Where the pairs of an axis begin. */
// @ts-ignore: decorator
@inline
function pairs(args: usize, axis: i32): usize {
  return pointer(args, 9 + axis) + (<usize>(word(args, 6 + axis) + 1) << 2)
}

// @ts-ignore: decorator
@inline
function tapIndex(pairs: usize, tap: i32): i32 {
  return load<i32>(pairs + (<usize>tap << 3))
}

// @ts-ignore: decorator
@inline
function tapWeight(pairs: usize, tap: i32): f32 {
  return load<f32>(pairs + (<usize>tap << 3), 4)
}

/** First float of an input row. */
// @ts-ignore: decorator
@inline
function inputRow(args: usize, sample: i32, d: i32, h: i32): usize {
  const row = (sample * word(args, 3) + d) * word(args, 4) + h
  return pointer(args, 0) + (<usize>row * <usize>(word(args, 5) * word(args, 2)) << 2)
}

/** One tap each, of weight 1: inputs that follow one another are copied together. */
function copyRow(args: usize, sample: i32, depthTap: i32, heightTap: i32, target: usize): void {
  const channels = word(args, 2)
  const width = word(args, 8)
  const taps = pointer(args, 11)
  const columns = pairs(args, 2)
  const d = tapIndex(pairs(args, 0), depthTap)
  const source = inputRow(args, sample, d, tapIndex(pairs(args, 1), heightTap))
  let w = 0
  while (w < width) {
    const tap = tapsBegin(taps, w)
    const to = target + (<usize>(w * channels) << 2)
    if (tap == tapsBegin(taps, w + 1)) {
      fillRow(to, channels, float(args, 14))
      w++
      continue
    }
    const from = tapIndex(columns, tap)
    let run = 1
    // Outputs of the run have one tap each, so their pairs follow one another too.
    while (
      w + run < width &&
      tapsBegin(taps, w + run + 1) == tap + run + 1 &&
      tapIndex(columns, tap + run) == from + run
    ) {
      run++
    }
    const floats = run * channels
    const at = source + (<usize>(from * channels) << 2)
    if (floats >= 64) {
      memory.copy(to, at, <usize>floats << 2)
    } else {
      for (let i = 0; i < floats; i += 4) {
        storeLanes(to + (<usize>i << 2), loadLanes(at + (<usize>i << 2), floats - i), floats - i)
      }
    }
    w += run
  }
}

/** Any number of taps of any weights. */
function mixRow(
  args: usize,
  sample: i32,
  d0: i32,
  d1: i32,
  h0: i32,
  h1: i32,
  target: usize,
): void {
  const channels = word(args, 2)
  const width = word(args, 8)
  const taps = pointer(args, 11)
  const planes = pairs(args, 0)
  const rows = pairs(args, 1)
  const columns = pairs(args, 2)
  for (let w = 0; w < width; w++) {
    const w0 = tapsBegin(taps, w)
    const w1 = tapsBegin(taps, w + 1)
    const to = target + (<usize>(w * channels) << 2)
    if (w0 == w1) {
      fillRow(to, channels, float(args, 14))
      continue
    }
    for (let channel = 0; channel < channels; channel += 4) {
      const count = channels - channel
      let sum = f32x4.splat(0)
      for (let d = d0; d < d1; d++) {
        for (let h = h0; h < h1; h++) {
          const row = inputRow(args, sample, tapIndex(planes, d), tapIndex(rows, h))
          const outer = tapWeight(planes, d) * tapWeight(rows, h)
          for (let column = w0; column < w1; column++) {
            const at = <usize>(tapIndex(columns, column) * channels + channel) << 2
            const weight = f32x4.splat(outer * tapWeight(columns, column))
            sum = f32x4.add(sum, f32x4.mul(loadLanes(row + at, count), weight))
          }
        }
      }
      storeLanes(to + (<usize>channel << 2), sum, count)
    }
  }
}
