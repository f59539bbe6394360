// The innermost loops of all convolutions: sums of some rows and eight columns. Two vectors of weights
// meet one broadcast input of each row.
//
// One channel a turn: two would need more than the fifteen vector registers that engines have to give,
// and since they load early, more sums would then live in memory than do anyhow. Four rows keep short
// blocks from computing rows that do not exist.
import { madd } from './math'

/**
 * The sums of four rows, stored as `[row][8]`: `runs` runs of `floats` floats each, found at `offsets`
 * from every row. Weights lie in the same order, eight to a float.
 */
export function tile4x8(
  weights: usize,
  offsets: usize,
  runs: i32,
  floats: i32,
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  sums: usize,
): void {
  let s00 = f32x4.splat(0)
  let s01 = f32x4.splat(0)
  let s10 = f32x4.splat(0)
  let s11 = f32x4.splat(0)
  let s20 = f32x4.splat(0)
  let s21 = f32x4.splat(0)
  let s30 = f32x4.splat(0)
  let s31 = f32x4.splat(0)
  let w = weights
  for (let run = 0; run < runs; run++) {
    const offset = <usize>load<u32>(offsets + (<usize>run << 2))
    let a0 = row0 + offset
    let a1 = row1 + offset
    let a2 = row2 + offset
    let a3 = row3 + offset
    for (let left = floats; left > 0; left--) {
      const w0 = v128.load(w)
      const w1 = v128.load(w, 16)
      const x0 = v128.load_splat<f32>(a0)
      s00 = madd(x0, w0, s00)
      s01 = madd(x0, w1, s01)
      const x1 = v128.load_splat<f32>(a1)
      s10 = madd(x1, w0, s10)
      s11 = madd(x1, w1, s11)
      const x2 = v128.load_splat<f32>(a2)
      s20 = madd(x2, w0, s20)
      s21 = madd(x2, w1, s21)
      const x3 = v128.load_splat<f32>(a3)
      s30 = madd(x3, w0, s30)
      s31 = madd(x3, w1, s31)
      w += 32
      a0 += 4
      a1 += 4
      a2 += 4
      a3 += 4
    }
  }
  v128.store(sums, s00)
  v128.store(sums, s01, 16)
  v128.store(sums, s10, 32)
  v128.store(sums, s11, 48)
  v128.store(sums, s20, 64)
  v128.store(sums, s21, 80)
  v128.store(sums, s30, 96)
  v128.store(sums, s31, 112)
}

/** As `tile4x8` for four rows that lie side by side, `[channel][4]`: one pointer walks all of them. */
// @ts-ignore: decorator
@inline
export function packed4x8(
  weights: usize,
  offsets: usize,
  taps: i32,
  channels: i32,
  rows: usize,
  sums: usize,
  sumBytes: usize,
): void {
  packedFours(weights, offsets, taps, channels, rows, 0, 1, sums, sumBytes)
}

/**
 * The same for `fours` times four rows, `fourBytes` apart, with the same weights: that one pointer walks four rows is a
 * sixth faster than four pointers, and without a call for each of them little is lost between them.
 */
export function packedFours(
  weights: usize,
  offsets: usize,
  taps: i32,
  channels: i32,
  rows: usize,
  fourBytes: usize,
  fours: i32,
  sums: usize,
  sumBytes: usize,
): void {
  let to = sums
  let from = rows
  for (let four = 0; four < fours; four++) {
    let s00 = f32x4.splat(0)
    let s01 = f32x4.splat(0)
    let s10 = f32x4.splat(0)
    let s11 = f32x4.splat(0)
    let s20 = f32x4.splat(0)
    let s21 = f32x4.splat(0)
    let s30 = f32x4.splat(0)
    let s31 = f32x4.splat(0)
    let w = weights
    for (let tap = 0; tap < taps; tap++) {
      let a = from + <usize>load<u32>(offsets + (<usize>tap << 2))
      for (let left = channels; left > 0; left--) {
        const w0 = v128.load(w)
        const w1 = v128.load(w, 16)
        const x0 = v128.load_splat<f32>(a)
        s00 = madd(x0, w0, s00)
        s01 = madd(x0, w1, s01)
        const x1 = v128.load_splat<f32>(a, 4)
        s10 = madd(x1, w0, s10)
        s11 = madd(x1, w1, s11)
        const x2 = v128.load_splat<f32>(a, 8)
        s20 = madd(x2, w0, s20)
        s21 = madd(x2, w1, s21)
        const x3 = v128.load_splat<f32>(a, 12)
        s30 = madd(x3, w0, s30)
        s31 = madd(x3, w1, s31)
        w += 32
        a += 16
      }
    }
    v128.store(to, s00)
    v128.store(to, s01, 16)
    to += sumBytes
    v128.store(to, s10)
    v128.store(to, s11, 16)
    to += sumBytes
    v128.store(to, s20)
    v128.store(to, s21, 16)
    to += sumBytes
    v128.store(to, s30)
    v128.store(to, s31, 16)
    to += sumBytes
    from += fourBytes
  }
}
