// The linear layer y = x·Wᵀ + b, made for long inputs: the sum over features is cut into parts of a
// fixed length, each part gives partial results, and a second kernel adds the parts in order.
import { loadLanes, storeLanes } from './lanes'
import { madd } from './math'
import { pointer, word } from './record'

/** Four partial sums of one dot product, added in a fixed order. */
// @ts-ignore: decorator
@inline
function total(sums: v128): f32 {
  return (
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    (f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3))
  )
}

/** 0 x, 1 w, 2 partials [part][n][o], 3 N, 4 features, 5 outputs, 6 features of one part. */
export function linearPartial(args: usize, chunk: i32): void {
  const batch = word(args, 3)
  const features = word(args, 4)
  const outputs = word(args, 5)
  const first = chunk * word(args, 6)
  const last = min(features, first + word(args, 6))
  const partial = pointer(args, 2) + (<usize>(chunk * batch * outputs) << 2)
  for (let o = 0; o < outputs; o++) {
    const w = pointer(args, 1) + ((<usize>o * <usize>features) << 2)
    for (let n = 0; n < batch; n += 2) {
      const x0 = pointer(args, 0) + ((<usize>n * <usize>features) << 2)
      const x1 = n + 1 < batch ? x0 + (<usize>features << 2) : x0
      let sums0 = f32x4.splat(0)
      let sums1 = f32x4.splat(0)
      for (let f = first; f < last; f += 4) {
        const at = <usize>f << 2
        const count = last - f
        const weights = loadLanes(w + at, count)
        sums0 = madd(loadLanes(x0 + at, count), weights, sums0)
        sums1 = madd(loadLanes(x1 + at, count), weights, sums1)
      }
      store<f32>(partial + (<usize>(n * outputs + o) << 2), total(sums0))
      if (n + 1 < batch) store<f32>(partial + (<usize>((n + 1) * outputs + o) << 2), total(sums1))
    }
  }
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
  const features = word(args, 4)
  const outputs = word(args, 5)
  const first = chunk * word(args, 6)
  const last = min(features, first + word(args, 6))
  for (let n = 0; n < word(args, 3); n++) {
    const dy = pointer(args, 1) + (<usize>(n * outputs) << 2)
    for (let f = first; f < last; f += 4) {
      const count = last - f
      let sum = f32x4.splat(0)
      for (let o = 0; o < outputs; o++) {
        const w = pointer(args, 0) + ((<usize>o * <usize>features + <usize>f) << 2)
        sum = madd(v128.load_splat<f32>(dy + (<usize>o << 2)), loadLanes(w, count), sum)
      }
      storeLanes(pointer(args, 2) + ((<usize>n * <usize>features + <usize>f) << 2), sum, count)
    }
  }
}

/** dW = dyᵀ·x. 0 x, 1 dy, 2 dw, 3 N, 4 features, 5 outputs, 6 features of one chunk. */
export function linearBackwardWeight(args: usize, chunk: i32): void {
  const features = word(args, 4)
  const outputs = word(args, 5)
  const first = chunk * word(args, 6)
  const last = min(features, first + word(args, 6))
  for (let o = 0; o < outputs; o++) {
    for (let f = first; f < last; f += 4) {
      const count = last - f
      let sum = f32x4.splat(0)
      for (let n = 0; n < word(args, 3); n++) {
        const dy = pointer(args, 1) + (<usize>(n * outputs + o) << 2)
        const x = pointer(args, 0) + ((<usize>n * <usize>features + <usize>f) << 2)
        sum = madd(v128.load_splat<f32>(dy), loadLanes(x, count), sum)
      }
      storeLanes(pointer(args, 2) + ((<usize>o * <usize>features + <usize>f) << 2), sum, count)
    }
  }
}
