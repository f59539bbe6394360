// The innermost loops of all convolutions: sums of some rows and eight columns. Two vectors of weights
// meet one broadcast input of each row.
//
// One channel a turn: two would need more than the fifteen vector registers that engines have to give,
// and since they load early, sums would then live in memory. Six rows are the most that fit; four
// keep short blocks from computing rows that do not exist.
import { madd } from './math'

/**
 * The sums of four rows, eight floats each, stored `sumBytes` apart: `runs` runs of `floats` floats each, found at `offsets`
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
  sumBytes: usize,
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
  let to = sums
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
}

/** As `tile4x8`, six rows `rowBytes` apart. */
export function tile6x8(
  weights: usize,
  offsets: usize,
  runs: i32,
  floats: i32,
  row: usize,
  rowBytes: usize,
  sums: usize,
  sumBytes: usize,
): void {
  let s00 = f32x4.splat(0)
  let s01 = f32x4.splat(0)
  let s10 = f32x4.splat(0)
  let s11 = f32x4.splat(0)
  let s20 = f32x4.splat(0)
  let s21 = f32x4.splat(0)
  let s30 = f32x4.splat(0)
  let s31 = f32x4.splat(0)
  let s40 = f32x4.splat(0)
  let s41 = f32x4.splat(0)
  let s50 = f32x4.splat(0)
  let s51 = f32x4.splat(0)
  let w = weights
  for (let run = 0; run < runs; run++) {
    let a0 = row + <usize>load<u32>(offsets + (<usize>run << 2))
    let a1 = a0 + rowBytes
    let a2 = a1 + rowBytes
    let a3 = a2 + rowBytes
    let a4 = a3 + rowBytes
    let a5 = a4 + rowBytes
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
      const x4 = v128.load_splat<f32>(a4)
      s40 = madd(x4, w0, s40)
      s41 = madd(x4, w1, s41)
      const x5 = v128.load_splat<f32>(a5)
      s50 = madd(x5, w0, s50)
      s51 = madd(x5, w1, s51)
      w += 32
      a0 += 4
      a1 += 4
      a2 += 4
      a3 += 4
      a4 += 4
      a5 += 4
    }
  }
  let to = sums
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
  v128.store(to, s40)
  v128.store(to, s41, 16)
  to += sumBytes
  v128.store(to, s50)
  v128.store(to, s51, 16)
}

/** Sums of `rows` rows that lie `rowBytes` apart; up to three rows more may be read and written. */
export function multiplyRows(
  weights: usize,
  offsets: usize,
  runs: i32,
  floats: i32,
  row: usize,
  rowBytes: usize,
  rows: i32,
  sums: usize,
  sumBytes: usize,
): void {
  let left = rows
  let from = row
  let to = sums
  while (left > 0) {
    // Sixes while they fit; what remains below nine is cheapest as fours, but for five and six.
    if (left > 8 || left == 6 || left == 5) {
      tile6x8(weights, offsets, runs, floats, from, rowBytes, to, sumBytes)
      left -= 6
      from += 6 * rowBytes
      to += 6 * sumBytes
    } else {
      const next = from + 2 * rowBytes
      const second = from + rowBytes
      const last = next + rowBytes
      tile4x8(weights, offsets, runs, floats, from, second, next, last, to, sumBytes)
      left -= 4
      from += 4 * rowBytes
      to += 4 * sumBytes
    }
  }
}
