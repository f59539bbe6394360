// The linear layer y = x·Wᵀ + b, made for long inputs: the sum over features is cut into parts of a
// fixed length, each part gives partial results, and a second kernel adds the parts in order. All three
// kernels read every weight once per chunk and keep eight sums in registers.
import { loadLanes, storeLanes, sumOfLanes } from './lanes'
import { madd } from './math'
import { pointer, word } from './record'

/** 0 x, 1 w, 2 partials [part][n][o], 3 N, 4 features, 5 outputs, 6 features of one part. */
export function linearPartial(args: usize, chunk: i32): void {
  const batch = word(args, 3)
  const features = <usize>word(args, 4)
  const outputs = word(args, 5)
  const first = chunk * word(args, 6)
  const count = min(word(args, 4), first + word(args, 6)) - first
  const x = pointer(args, 0) + (<usize>first << 2)
  const w = pointer(args, 1) + (<usize>first << 2)
  const partial = pointer(args, 2) + (<usize>(chunk * batch * outputs) << 2)
  for (let o = 0; o < outputs; o += 4) {
    const last = outputs - 1
    const w0 = w + ((<usize>o * features) << 2)
    const w1 = w + ((<usize>min(o + 1, last) * features) << 2)
    const w2 = w + ((<usize>min(o + 2, last) * features) << 2)
    const w3 = w + ((<usize>min(o + 3, last) * features) << 2)
    for (let n = 0; n < batch; n += 2) {
      const x0 = x + ((<usize>n * features) << 2)
      const x1 = x + ((<usize>min(n + 1, batch - 1) * features) << 2)
      const to = partial + (<usize>(n * outputs + o) << 2)
      const next = n + 1 < batch ? to + (<usize>outputs << 2) : 0
      dots2x4(x0, x1, w0, w1, w2, w3, count, to, next, outputs - o)
    }
  }
}

/** Dot products of two samples with four outputs; stores `stored` of each (`second` 0: one sample). */
function dots2x4(
  x0: usize,
  x1: usize,
  w0: usize,
  w1: usize,
  w2: usize,
  w3: usize,
  count: i32,
  first: usize,
  second: usize,
  stored: i32,
): void {
  let s00 = f32x4.splat(0)
  let s01 = f32x4.splat(0)
  let s02 = f32x4.splat(0)
  let s03 = f32x4.splat(0)
  let s10 = f32x4.splat(0)
  let s11 = f32x4.splat(0)
  let s12 = f32x4.splat(0)
  let s13 = f32x4.splat(0)
  let at: usize = 0
  for (const end = <usize>(count & ~3) << 2; at < end; at += 16) {
    const a = v128.load(x0 + at)
    const b = v128.load(x1 + at)
    const c0 = v128.load(w0 + at)
    s00 = madd(a, c0, s00)
    s10 = madd(b, c0, s10)
    const c1 = v128.load(w1 + at)
    s01 = madd(a, c1, s01)
    s11 = madd(b, c1, s11)
    const c2 = v128.load(w2 + at)
    s02 = madd(a, c2, s02)
    s12 = madd(b, c2, s12)
    const c3 = v128.load(w3 + at)
    s03 = madd(a, c3, s03)
    s13 = madd(b, c3, s13)
  }
  const rest = count & 3
  if (rest != 0) {
    const a = loadLanes(x0 + at, rest)
    const b = loadLanes(x1 + at, rest)
    const c0 = loadLanes(w0 + at, rest)
    const c1 = loadLanes(w1 + at, rest)
    const c2 = loadLanes(w2 + at, rest)
    const c3 = loadLanes(w3 + at, rest)
    s00 = madd(a, c0, s00)
    s10 = madd(b, c0, s10)
    s01 = madd(a, c1, s01)
    s11 = madd(b, c1, s11)
    s02 = madd(a, c2, s02)
    s12 = madd(b, c2, s12)
    s03 = madd(a, c3, s03)
    s13 = madd(b, c3, s13)
  }
  storeLanes(first, f32x4(sumOfLanes(s00), sumOfLanes(s01), sumOfLanes(s02), sumOfLanes(s03)), stored)
  if (second == 0) return
  storeLanes(second, f32x4(sumOfLanes(s10), sumOfLanes(s11), sumOfLanes(s12), sumOfLanes(s13)), stored)
}

/** 0 partials, 1 parts, 2 y, 3 N, 4 outputs, 5 bias (0: none). A chunk is one n. */
export function linearReduce(args: usize, chunk: i32): void {
  const outputs = word(args, 4)
  const step = <usize>(word(args, 3) * outputs) << 2
  for (let o = 0; o < outputs; o++) {
    const at = <usize>(chunk * outputs + o) << 2
    let sum: f32 = 0
    for (let part = 0; part < word(args, 1); part++) {
      sum += load<f32>(pointer(args, 0) + <usize>part * step + at)
    }
    if (pointer(args, 5) != 0) sum += load<f32>(pointer(args, 5) + (<usize>o << 2))
    store<f32>(pointer(args, 2) + at, sum)
  }
}

/** dx = dy·W. 0 w, 1 dy, 2 dx, 3 N, 4 features, 5 outputs, 6 features of one chunk. */
export function linearBackwardInput(args: usize, chunk: i32): void {
  const outputs = <usize>word(args, 5)
  combineRows(args, chunk, outputs, word(args, 3), outputs, 1)
}

/** dW = dyᵀ·x. 0 x, 1 dy, 2 dw, 3 N, 4 features, 5 outputs, 6 features of one chunk. */
export function linearBackwardWeight(args: usize, chunk: i32): void {
  const outputs = word(args, 5)
  combineRows(args, chunk, <usize>word(args, 3), outputs, 1, <usize>outputs)
}

/**
 * target[row] = Σ over terms of factor[row, term] · source[term], rows of `features` floats, for the
 * features of one chunk. Factors (dy) lie `rowStep` floats apart from row to row and `termStep` from
 * term to term.
 */
function combineRows(
  args: usize,
  chunk: i32,
  terms: usize,
  rows: i32,
  rowStep: usize,
  termStep: usize,
): void {
  const features = word(args, 4)
  const first = chunk * word(args, 6)
  const last = min(features, first + word(args, 6))
  const rowBytes = <usize>features << 2
  const source = pointer(args, 0)
  const end = source + terms * rowBytes
  for (let row = 0; row < rows; row += 4) {
    const target = pointer(args, 2) + <usize>row * rowBytes
    const factor = pointer(args, 1) + ((<usize>row * rowStep) << 2)
    const stored = rows - row
    for (let f = first; f < last; f += 8) {
      const at = <usize>f << 2
      const to = target + at
      combine4x8(
        source + at,
        end,
        rowBytes,
        factor,
        rowStep << 2,
        termStep << 2,
        to,
        rowBytes,
        stored,
        last - f,
      )
    }
  }
}

/** Four rows and eight features of `combineRows`; rows and features that do not exist are not stored. */
export function combine4x8(
  source: usize,
  end: usize,
  rowBytes: usize,
  factors: usize,
  rowStep: usize,
  termStep: usize,
  target: usize,
  targetStep: usize,
  rows: i32,
  count: i32,
): void {
  let s00 = f32x4.splat(0)
  let s01 = f32x4.splat(0)
  let s10 = f32x4.splat(0)
  let s11 = f32x4.splat(0)
  let s20 = f32x4.splat(0)
  let s21 = f32x4.splat(0)
  let s30 = f32x4.splat(0)
  let s31 = f32x4.splat(0)
  let y0 = factors
  let y1 = rows > 1 ? y0 + rowStep : y0
  let y2 = rows > 2 ? y1 + rowStep : y0
  let y3 = rows > 3 ? y2 + rowStep : y0
  for (let from = source; from < end; from += rowBytes) {
    const a = v128.load(from)
    const b = v128.load(from, 16)
    const x0 = v128.load_splat<f32>(y0)
    s00 = madd(x0, a, s00)
    s01 = madd(x0, b, s01)
    const x1 = v128.load_splat<f32>(y1)
    s10 = madd(x1, a, s10)
    s11 = madd(x1, b, s11)
    const x2 = v128.load_splat<f32>(y2)
    s20 = madd(x2, a, s20)
    s21 = madd(x2, b, s21)
    const x3 = v128.load_splat<f32>(y3)
    s30 = madd(x3, a, s30)
    s31 = madd(x3, b, s31)
    y0 += termStep
    y1 += termStep
    y2 += termStep
    y3 += termStep
  }
  storeRow(target, s00, s01, count)
  if (rows > 1) storeRow(target + targetStep, s10, s11, count)
  if (rows > 2) storeRow(target + 2 * targetStep, s20, s21, count)
  if (rows > 3) storeRow(target + 3 * targetStep, s30, s31, count)
}

// @ts-ignore: decorator
@inline
function storeRow(target: usize, left: v128, right: v128, count: i32): void {
  storeLanes(target, left, count)
  if (count > 4) storeLanes(target + 16, right, count - 4)
}
