// The innermost loops of the weight gradients: Σ over rows of x[row][4]ᵀ · dy[row][8], added to 4 × 8
// sums that live in registers meanwhile.
import { madd } from './math'

/** Rows of x lie `rowBytes` apart, those of dy `dyBytes`. */
export function sum4x8(
  x: usize,
  rowBytes: usize,
  dy: usize,
  dyBytes: usize,
  count: i32,
  sums: usize,
): void {
  let s00 = v128.load(sums)
  let s01 = v128.load(sums, 16)
  let s10 = v128.load(sums, 32)
  let s11 = v128.load(sums, 48)
  let s20 = v128.load(sums, 64)
  let s21 = v128.load(sums, 80)
  let s30 = v128.load(sums, 96)
  let s31 = v128.load(sums, 112)
  let a = x
  let d = dy
  for (let i = count; i > 0; i--) {
    const d0 = v128.load(d)
    const d1 = v128.load(d, 16)
    const x0 = v128.load_splat<f32>(a)
    s00 = madd(x0, d0, s00)
    s01 = madd(x0, d1, s01)
    const x1 = v128.load_splat<f32>(a, 4)
    s10 = madd(x1, d0, s10)
    s11 = madd(x1, d1, s11)
    const x2 = v128.load_splat<f32>(a, 8)
    s20 = madd(x2, d0, s20)
    s21 = madd(x2, d1, s21)
    const x3 = v128.load_splat<f32>(a, 12)
    s30 = madd(x3, d0, s30)
    s31 = madd(x3, d1, s31)
    a += rowBytes
    d += dyBytes
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

/** Rows of x lie at the byte offsets listed at `rows`. */
export function sumListed4x8(x: usize, rows: usize, dy: usize, count: i32, sums: usize): void {
  let s00 = v128.load(sums)
  let s01 = v128.load(sums, 16)
  let s10 = v128.load(sums, 32)
  let s11 = v128.load(sums, 48)
  let s20 = v128.load(sums, 64)
  let s21 = v128.load(sums, 80)
  let s30 = v128.load(sums, 96)
  let s31 = v128.load(sums, 112)
  let at = rows
  let d = dy
  for (let i = count; i > 0; i--) {
    const a = x + <usize>load<u32>(at)
    const d0 = v128.load(d)
    const d1 = v128.load(d, 16)
    const x0 = v128.load_splat<f32>(a)
    s00 = madd(x0, d0, s00)
    s01 = madd(x0, d1, s01)
    const x1 = v128.load_splat<f32>(a, 4)
    s10 = madd(x1, d0, s10)
    s11 = madd(x1, d1, s11)
    const x2 = v128.load_splat<f32>(a, 8)
    s20 = madd(x2, d0, s20)
    s21 = madd(x2, d1, s21)
    const x3 = v128.load_splat<f32>(a, 12)
    s30 = madd(x3, d0, s30)
    s31 = madd(x3, d1, s31)
    at += 4
    d += 32
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
