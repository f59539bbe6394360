// Sums over chosen axes, and the way back. Axes are seen as alternately kept and summed,
// [K0][R0][K1][R1][K2][R2], neighbours of one sort being one axis. The summed positions of an output
// are cut into parts of a fixed length, which are added in order and in double precision.
import { loadLanes, storeLanes } from './lanes'
import { float, pointer, word } from './record'

/**
 * 0 x, 1 sums [part][outer][K2], 2 outer = K0·K1, 3 outers of one chunk, 4 parts, 5 positions of one
 * part, 6 R0, 7 K1, 8 R1, 9 K2, 10 R2, 11 factor of every sum.
 */
export function reducePartial(args: usize, chunk: i32): void {
  const parts = word(args, 4)
  const part = chunk % parts
  const outers = word(args, 2)
  const first = (chunk / parts) * word(args, 3)
  const last = min(outers, first + word(args, 3))
  const kept = word(args, 9)
  const positions = word(args, 6) * word(args, 8) * word(args, 10)
  const from = part * word(args, 5)
  const to = min(positions, from + word(args, 5))
  for (let outer = first; outer < last; outer++) {
    const sums = pointer(args, 1) + (<usize>((part * outers + outer) * kept) << 2)
    if (word(args, 10) == 1) sumRows(args, outer, from, to, sums)
    else sumRuns(args, outer, from, to, sums)
  }
}

/** First element of position (k0, ·, k1, ·) and (·, r0, ·, r1) in x. */
// @ts-ignore: decorator
@inline
function place(args: usize, outer: i32, r0: i32, r1: i32): i32 {
  const k1 = outer % word(args, 7)
  const k0 = outer / word(args, 7)
  const row = ((k0 * word(args, 6) + r0) * word(args, 7) + k1) * word(args, 8) + r1
  return row * word(args, 9) * word(args, 10)
}

/** The innermost axis is kept: rows of K2 floats are added, four columns at a time. */
function sumRows(args: usize, outer: i32, from: i32, to: i32, sums: usize): void {
  const kept = word(args, 9)
  const inner = word(args, 8)
  const factor = f32x4.splat(float(args, 11))
  const step = <usize>kept << 2
  for (let column = 0; column < kept; column += 4) {
    const count = kept - column
    let sum = f32x4.splat(0)
    let at = from
    while (at < to) {
      const r1 = at % inner
      const rows = min(inner - r1, to - at)
      let source = pointer(args, 0) + (<usize>(place(args, outer, at / inner, r1) + column) << 2)
      for (let row = 0; row < rows; row++) {
        sum = f32x4.add(sum, loadLanes(source, count))
        source += step
      }
      at += rows
    }
    storeLanes(sums + (<usize>column << 2), f32x4.mul(sum, factor), count)
  }
}

/** The innermost axis is summed: runs of R2 floats lie together. */
function sumRuns(args: usize, outer: i32, from: i32, to: i32, sums: usize): void {
  const run = word(args, 10)
  const inner = word(args, 8)
  for (let k2 = 0; k2 < word(args, 9); k2++) {
    let sum = f32x4.splat(0)
    let at = from
    while (at < to) {
      const r2 = at % run
      const row = at / run
      const length = min(run - r2, to - at)
      const first = place(args, outer, row / inner, row % inner) + k2 * run + r2
      const source = pointer(args, 0) + (<usize>first << 2)
      for (let i = 0; i < length; i += 4) {
        sum = f32x4.add(sum, loadLanes(source + (<usize>i << 2), length - i))
      }
      at += length
    }
    const low = f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1)
    const high = f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3)
    store<f32>(sums + (<usize>k2 << 2), (low + high) * float(args, 11))
  }
}

/** 0 sums [part][output], 1 y, 2 outputs, 3 parts, 4 outputs of one chunk, 5 factor. */
export function reduceFinish(args: usize, chunk: i32): void {
  const outputs = word(args, 2)
  const first = chunk * word(args, 4)
  const last = min(outputs, first + word(args, 4))
  for (let output = first; output < last; output++) {
    let sum: f64 = 0
    for (let part = 0; part < word(args, 3); part++) {
      sum += <f64>load<f32>(pointer(args, 0) + (<usize>(part * outputs + output) << 2))
    }
    store<f32>(pointer(args, 1) + (<usize>output << 2), <f32>(sum * <f64>float(args, 5)))
  }
}

/**
 * Gives every summed element the gradient of its sum. 0 dy, 1 dx, 2 rows = K0·R0·K1·R1, 3 rows of one
 * chunk, 4 R0, 5 K1, 6 R1, 7 K2, 8 R2, 9 factor.
 */
export function spread(args: usize, chunk: i32): void {
  const kept = word(args, 7)
  const run = word(args, 8)
  const factor = f32x4.splat(float(args, 9))
  const first = chunk * word(args, 3)
  const last = min(word(args, 2), first + word(args, 3))
  for (let row = first; row < last; row++) {
    const plane = row / word(args, 6)
    const k1 = plane % word(args, 5)
    const k0 = plane / word(args, 5) / word(args, 4)
    const source = pointer(args, 0) + (<usize>((k0 * word(args, 5) + k1) * kept) << 2)
    const target = pointer(args, 1) + (<usize>(row * kept * run) << 2)
    if (run == 1) {
      for (let k2 = 0; k2 < kept; k2 += 4) {
        const at = <usize>k2 << 2
        storeLanes(target + at, f32x4.mul(loadLanes(source + at, kept - k2), factor), kept - k2)
      }
      continue
    }
    for (let k2 = 0; k2 < kept; k2++) {
      const value = f32x4.mul(v128.load32_splat(source + (<usize>k2 << 2)), factor)
      const to = target + (<usize>(k2 * run) << 2)
      for (let i = 0; i < run; i += 4) storeLanes(to + (<usize>i << 2), value, run - i)
    }
  }
}
