// Kernels that treat every element alike. Buffers are padded to whole vectors, so tails need no care.
// Arguments of all: 0 elements, 1 elements of one chunk, then pointers and options as noted.
import { activate4, derivative4 } from './activations'
import { withoutDust4 } from './math'
import { multiplyHigh, PHILOX_MULTIPLIER_0, PHILOX_MULTIPLIER_1 } from './philox'
import { float, pointer, word } from './record'

/** End of a chunk, in elements. */
// @ts-ignore: decorator
@inline
function chunkEnd(args: usize, chunk: i32): i32 {
  return min(word(args, 0), (chunk + 1) * word(args, 1))
}

/** 2 a, 3 b, 4 y = a + b. */
export function add(args: usize, chunk: i32): void {
  const last = chunkEnd(args, chunk)
  for (let i = chunk * word(args, 1); i < last; i += 4) {
    const at = <usize>i << 2
    v128.store(
      pointer(args, 4) + at,
      f32x4.add(v128.load(pointer(args, 2) + at), v128.load(pointer(args, 3) + at)),
    )
  }
}

/** 2 a, 3 b, 4 y = a ⊙ b. */
export function multiply(args: usize, chunk: i32): void {
  const last = chunkEnd(args, chunk)
  for (let i = chunk * word(args, 1); i < last; i += 4) {
    const at = <usize>i << 2
    v128.store(
      pointer(args, 4) + at,
      f32x4.mul(v128.load(pointer(args, 2) + at), v128.load(pointer(args, 3) + at)),
    )
  }
}

/** 2 a, 3 b, 4 y = a − b. */
export function subtract(args: usize, chunk: i32): void {
  const last = chunkEnd(args, chunk)
  for (let i = chunk * word(args, 1); i < last; i += 4) {
    const at = <usize>i << 2
    v128.store(
      pointer(args, 4) + at,
      f32x4.sub(v128.load(pointer(args, 2) + at), v128.load(pointer(args, 3) + at)),
    )
  }
}

/** 2 a, 3 b, 4 y = a / b. */
export function divide(args: usize, chunk: i32): void {
  const last = chunkEnd(args, chunk)
  for (let i = chunk * word(args, 1); i < last; i += 4) {
    const at = <usize>i << 2
    v128.store(
      pointer(args, 4) + at,
      f32x4.div(v128.load(pointer(args, 2) + at), v128.load(pointer(args, 3) + at)),
    )
  }
}

/** 2 x, 3 y = factor · x + offset, 4 factor, 5 offset. */
export function scale(args: usize, chunk: i32): void {
  const last = chunkEnd(args, chunk)
  const factor = f32x4.splat(float(args, 4))
  const offset = f32x4.splat(float(args, 5))
  for (let i = chunk * word(args, 1); i < last; i += 4) {
    const at = <usize>i << 2
    const product = f32x4.mul(factor, v128.load(pointer(args, 2) + at))
    v128.store(pointer(args, 3) + at, f32x4.add(product, offset))
  }
}

/** 2 x, 3 y = φ(x), 4 kind of φ. */
export function activation(args: usize, chunk: i32): void {
  const last = chunkEnd(args, chunk)
  const kind = word(args, 4)
  for (let i = chunk * word(args, 1); i < last; i += 4) {
    const at = <usize>i << 2
    v128.store(pointer(args, 3) + at, activate4(kind, v128.load(pointer(args, 2) + at)))
  }
}

/** 2 x, 3 dy, 4 dx = dy · φ′(x), 5 kind of φ. */
export function activationBackward(args: usize, chunk: i32): void {
  const last = chunkEnd(args, chunk)
  const kind = word(args, 5)
  for (let i = chunk * word(args, 1); i < last; i += 4) {
    const at = <usize>i << 2
    const slope = derivative4(kind, v128.load(pointer(args, 2) + at))
    const dx = f32x4.mul(v128.load(pointer(args, 3) + at), slope)
    v128.store(pointer(args, 4) + at, withoutDust4(dx))
  }
}

/** 2 y, 3 dy, 4 dx = dy where y > 0. */
export function reluBackward(args: usize, chunk: i32): void {
  const last = chunkEnd(args, chunk)
  for (let i = chunk * word(args, 1); i < last; i += 4) {
    const at = <usize>i << 2
    const passes = f32x4.gt(v128.load(pointer(args, 2) + at), f32x4.splat(0))
    const dx = v128.and(v128.load(pointer(args, 3) + at), passes)
    v128.store(pointer(args, 4) + at, withoutDust4(dx))
  }
}

/**
 * 2 x, 3 y, 4 step (int32), 5 threshold (u32), 6 scale bits, 7 seed, 8 stream. Element e is kept
 * when word e & 3 of philox(counter (e >> 2, step, 0, 0), key (seed, stream)) reaches the threshold.
 */
export function dropout(args: usize, chunk: i32): void {
  const last = chunkEnd(args, chunk)
  const step = load<u32>(pointer(args, 4))
  const threshold = <u32>word(args, 5)
  const scale = reinterpret<f32>(word(args, 6))
  for (let i = chunk * word(args, 1); i < last; i += 4) {
    let x0: u32 = <u32>(i >> 2)
    let x1: u32 = step
    let x2: u32 = 0
    let x3: u32 = 0
    let key0: u32 = <u32>word(args, 7)
    let key1: u32 = <u32>word(args, 8)
    for (let round = 0; round < 10; round++) {
      const high0 = multiplyHigh(PHILOX_MULTIPLIER_0, x0)
      const low0 = PHILOX_MULTIPLIER_0 * x0
      const high1 = multiplyHigh(PHILOX_MULTIPLIER_1, x2)
      const low1 = PHILOX_MULTIPLIER_1 * x2
      x0 = high1 ^ x1 ^ key0
      x1 = low1
      x2 = high0 ^ x3 ^ key1
      x3 = low0
      key0 += 0x9e3779b9
      key1 += 0xbb67ae85
    }
    const from = pointer(args, 2) + (<usize>i << 2)
    const to = pointer(args, 3) + (<usize>i << 2)
    store<f32>(to, x0 >= threshold ? load<f32>(from) * scale : 0)
    store<f32>(to, x1 >= threshold ? load<f32>(from, 4) * scale : 0, 4)
    store<f32>(to, x2 >= threshold ? load<f32>(from, 8) * scale : 0, 8)
    store<f32>(to, x3 >= threshold ? load<f32>(from, 12) * scale : 0, 12)
  }
}
