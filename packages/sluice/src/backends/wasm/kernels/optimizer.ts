// Parameter updates, and the global norm that gradient clipping needs.
import { madd } from './math'
import { float, pointer, word } from './record'

/** Σ g² of one chunk in double precision. 0 gradient, 1 partials (f64), 2 elements, 3 elements of one chunk. */
export function sumSquares(args: usize, chunk: i32): void {
  const first = chunk * word(args, 3)
  const last = min(word(args, 2), first + word(args, 3))
  let sum: f64 = 0
  for (let i = first; i < last; i++) {
    const g = <f64>load<f32>(pointer(args, 0) + (<usize>i << 2))
    sum += g * g
  }
  store<f64>(pointer(args, 1) + (<usize>chunk << 3), sum)
}

/** 0 partials (f64), 1 parts, 2 norm (0: none), 3 scale (0: none), 4 largest norm (float; ≤ 0: no limit). */
export function normScale(args: usize, _chunk: i32): void {
  let sum: f64 = 0
  for (let part = 0; part < word(args, 1); part++) {
    sum += load<f64>(pointer(args, 0) + (<usize>part << 3))
  }
  const norm = sqrt<f64>(sum)
  const limit = <f64>float(args, 4)
  const scale = limit > 0 ? min<f64>(1, limit / (norm + 1e-6)) : 1
  if (pointer(args, 2) != 0) store<f32>(pointer(args, 2), <f32>norm)
  if (pointer(args, 3) != 0) store<f32>(pointer(args, 3), <f32>scale)
}

/**
 * SGD as PyTorch's. 0 elements, 1 elements of one chunk, 2 parameter, 3 gradient, 4 learning rate,
 * 5 scale (0: none), 6 momentum buffer (0: none), 7 momentum, 8 weight decay, 9 nesterov.
 */
export function sgdUpdate(args: usize, chunk: i32): void {
  const first = chunk * word(args, 1)
  const count = min(word(args, 0) - first, word(args, 1))
  sgdSpan(args, first, pointer(args, 3) + (<usize>first << 2), count)
}

/** SGD of `count` neighbouring parameters, by gradients that stand elsewhere. */
export function sgdSpan(args: usize, first: i32, gradients: usize, count: i32): void {
  const parameters = pointer(args, 2) + (<usize>first << 2)
  const rate = f32x4.splat(load<f32>(pointer(args, 4)))
  const scale = f32x4.splat(pointer(args, 5) == 0 ? 1 : load<f32>(pointer(args, 5)))
  const buffered = pointer(args, 6) != 0
  const buffer = pointer(args, 6) + (<usize>first << 2)
  const momentum = f32x4.splat(float(args, 7))
  const decay = f32x4.splat(float(args, 8))
  const nesterov = word(args, 9) != 0
  for (let i = 0; i < count; i += 4) {
    const at = <usize>i << 2
    const p = v128.load(parameters + at)
    let g = f32x4.mul(v128.load(gradients + at), scale)
    g = madd(decay, p, g)
    if (buffered) {
      const moved = madd(momentum, v128.load(buffer + at), g)
      v128.store(buffer + at, moved)
      g = nesterov ? madd(momentum, moved, g) : moved
    }
    v128.store(parameters + at, f32x4.sub(p, f32x4.mul(rate, g)))
  }
}

/** x to a whole power, in double precision. */
function power(x: f64, exponent: i32): f64 {
  let result: f64 = 1
  let base = x
  for (let n = exponent; n > 0; n >>= 1) {
    if (n & 1) result *= base
    base *= base
  }
  return result
}

/**
 * AdamW as PyTorch's. 0 elements, 1 elements of one chunk, 2 parameter, 3 gradient, 4 learning rate,
 * 5 step (int32, from 0), 6 scale (0: none), 7 first moment, 8 second moment, 9–12 as two words each:
 * β1, β2 (doubles), 13 ε, 14 weight decay, 15 whether it joins the gradient (Adam).
 */
export function adamwUpdate(args: usize, chunk: i32): void {
  const first = chunk * word(args, 1)
  const count = min(word(args, 0) - first, word(args, 1))
  adamwSpan(args, first, pointer(args, 3) + (<usize>first << 2), count)
}

/** AdamW of `count` neighbouring parameters, by gradients that stand elsewhere. */
export function adamwSpan(args: usize, first: i32, gradients: usize, count: i32): void {
  const parameters = pointer(args, 2) + (<usize>first << 2)
  const means = pointer(args, 7) + (<usize>first << 2)
  const squares = pointer(args, 8) + (<usize>first << 2)
  const learningRate = <f64>load<f32>(pointer(args, 4))
  const t = load<i32>(pointer(args, 5)) + 1
  const beta1 = load<f64>(args + 36)
  const beta2 = load<f64>(args + 44)
  const correction1 = 1 - power(beta1, t)
  const correction2 = sqrt<f64>(1 - power(beta2, t))
  const coupled = word(args, 15) != 0
  const joined = f32x4.splat(coupled ? float(args, 14) : 0)
  const rate = f32x4.splat(<f32>(learningRate / correction1))
  const keep = f32x4.splat(<f32>(coupled ? 1 : 1 - learningRate * <f64>float(args, 14)))
  const inverse = f32x4.splat(<f32>correction2)
  const scale = f32x4.splat(pointer(args, 6) == 0 ? 1 : load<f32>(pointer(args, 6)))
  const b1 = f32x4.splat(<f32>beta1)
  const b2 = f32x4.splat(<f32>beta2)
  const rest1 = f32x4.splat(<f32>(1 - beta1))
  const rest2 = f32x4.splat(<f32>(1 - beta2))
  const epsilon = f32x4.splat(float(args, 13))
  for (let i = 0; i < count; i += 4) {
    const at = <usize>i << 2
    let g = f32x4.mul(v128.load(gradients + at), scale)
    if (coupled) g = f32x4.add(g, f32x4.mul(joined, v128.load(parameters + at)))
    const m = f32x4.add(f32x4.mul(b1, v128.load(means + at)), f32x4.mul(rest1, g))
    const square = f32x4.mul(rest2, f32x4.mul(g, g))
    const v = f32x4.add(f32x4.mul(b2, v128.load(squares + at)), square)
    v128.store(means + at, m)
    v128.store(squares + at, v)
    const deviation = f32x4.add(f32x4.div(f32x4.sqrt(v), inverse), epsilon)
    const p = f32x4.mul(v128.load(parameters + at), keep)
    v128.store(
      parameters + at,
      f32x4.sub(p, f32x4.div(f32x4.mul(rate, m), deviation)),
    )
  }
}

/**
 * state = keep · state + add · value. 0 elements, 1 elements of one chunk, 2 state, 3 value, 4 keep,
 * 5 add (addresses of floats).
 */
export function blendUpdate(args: usize, chunk: i32): void {
  const last = min(word(args, 0), (chunk + 1) * word(args, 1))
  const keep = f32x4.splat(load<f32>(pointer(args, 4)))
  const add = f32x4.splat(load<f32>(pointer(args, 5)))
  for (let i = chunk * word(args, 1); i < last; i += 4) {
    const at = <usize>i << 2
    const kept = f32x4.mul(keep, v128.load(pointer(args, 2) + at))
    const added = f32x4.mul(add, v128.load(pointer(args, 3) + at))
    v128.store(pointer(args, 2) + at, f32x4.add(kept, added))
  }
}
