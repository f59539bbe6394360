// Losses that compare element by element. The rule of one element works on four lanes in float32; sums
// are double. Kinds are numbered as in `engine/ops/elementLoss/lossKinds.ts`.
//
// Arguments of partial sums and gradients alike: 0 elements, 1 elements of one chunk, 2 x, 3 target
// (0: none), 4 kind, 5 beta (float), 6 the target of all where there is no tensor (float).
import { exp4, sigmoid4 } from './math'
import { float, pointer, word } from './record'

const ABSOLUTE = 0
const SQUARED = 1
const LOGISTIC = 3

/** log(1 + e) for e from 0 to 1: twice the artanh of s = e / (2 + e), whose series ends at s¹⁵. */
function log1p4(e: v128): v128 {
  const s = f32x4.div(e, f32x4.add(f32x4.splat(2), e))
  const z = f32x4.mul(s, s)
  let sum = f32x4.splat(<f32>(1.0 / 15))
  for (let k = 13; k > 0; k -= 2) {
    sum = f32x4.add(f32x4.mul(sum, z), f32x4.splat(<f32>1 / <f32>k))
  }
  return f32x4.mul(f32x4.add(s, s), sum)
}

/** −1, 0 or 1; NaN stays NaN. */
function sign4(x: v128): v128 {
  const one = v128.or(v128.and(x, i32x4.splat(0x80000000)), f32x4.splat(1))
  return v128.bitselect(one, x, f32x4.gt(f32x4.abs(x), f32x4.splat(0)))
}

function value4(kind: i32, x: v128, target: v128, beta: f32): v128 {
  if (kind == LOGISTIC) {
    const rest = f32x4.sub(f32x4.max(x, f32x4.splat(0)), f32x4.mul(x, target))
    return f32x4.add(rest, log1p4(exp4(f32x4.neg(f32x4.abs(x)))))
  }
  if (kind > LOGISTIC) {
    const margin = f32x4.sub(f32x4.splat(1), f32x4.mul(target, x))
    return f32x4.max(f32x4.splat(0), margin)
  }
  const difference = f32x4.sub(x, target)
  if (kind == SQUARED) return f32x4.mul(difference, difference)
  const size = f32x4.abs(difference)
  if (kind == ABSOLUTE) return size
  const near = f32x4.mul(f32x4.mul(size, size), f32x4.splat(<f32>0.5 / beta))
  const far = f32x4.sub(size, f32x4.splat(<f32>0.5 * beta))
  return v128.bitselect(near, far, f32x4.lt(size, f32x4.splat(beta)))
}

/** Slope of an element's loss by x. */
function slope4(kind: i32, x: v128, target: v128, beta: f32): v128 {
  if (kind == LOGISTIC) return f32x4.sub(sigmoid4(x), target)
  if (kind > LOGISTIC) return v128.and(f32x4.neg(target), within4(x, target))
  const difference = f32x4.sub(x, target)
  if (kind == SQUARED) return f32x4.add(difference, difference)
  const sign = sign4(difference)
  if (kind == ABSOLUTE) return sign
  const near = f32x4.div(difference, f32x4.splat(beta))
  return v128.bitselect(near, sign, f32x4.lt(f32x4.abs(difference), f32x4.splat(beta)))
}

/** Slope of an element's loss by its target; of losses of the difference the other's negative. */
function targetSlope4(kind: i32, x: v128, target: v128, beta: f32): v128 {
  if (kind < LOGISTIC) return f32x4.neg(slope4(kind, x, target, beta))
  const slope = f32x4.neg(x)
  return kind == LOGISTIC ? slope : v128.and(slope, within4(x, target))
}

/** Lanes within the hinge's margin, the only ones with a slope. */
function within4(x: v128, target: v128): v128 {
  return f32x4.gt(f32x4.sub(f32x4.splat(1), f32x4.mul(target, x)), f32x4.splat(0))
}

/** Sum of one chunk. 7 partials (f64). */
export function elementLossPartial(args: usize, chunk: i32): void {
  const last = min(word(args, 0), (chunk + 1) * word(args, 1))
  const targets = pointer(args, 3)
  const kind = word(args, 4)
  const beta = float(args, 5)
  let target = f32x4.splat(float(args, 6))
  let sum = f64x2.splat(0)
  for (let i = chunk * word(args, 1); i < last; i += 4) {
    const at = <usize>i << 2
    if (targets != 0) target = v128.load(targets + at)
    let value = value4(kind, v128.load(pointer(args, 2) + at), target, beta)
    // What pads the last vector must not count.
    if (last - i < 4) {
      value = v128.and(value, i32x4.gt_s(i32x4.splat(last - i), i32x4(0, 1, 2, 3)))
    }
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(value))
    sum = f64x2.add(sum, f64x2.promote_low_f32x4(v128.shuffle<i32>(value, value, 2, 3, 0, 1)))
  }
  const total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1)
  store<f64>(pointer(args, 7) + (<usize>chunk << 3), total)
}

/** The mean. 0 partials (f64), 1 parts, 2 elements, 3 loss. */
export function elementLossReduce(args: usize, _chunk: i32): void {
  let sum: f64 = 0
  for (let part = 0; part < word(args, 1); part++) {
    sum += load<f64>(pointer(args, 0) + (<usize>part << 3))
  }
  if (pointer(args, 3) != 0) store<f32>(pointer(args, 3), <f32>(sum / <f64>word(args, 2)))
}

/** Gradients of the mean. 7 dLoss, 8 dx (0: none), 9 dTarget (0: none). */
export function elementLossBackward(args: usize, chunk: i32): void {
  const last = min(word(args, 0), (chunk + 1) * word(args, 1))
  const targets = pointer(args, 3)
  const kind = word(args, 4)
  const beta = float(args, 5)
  const scale = f32x4.splat(<f32>(<f64>load<f32>(pointer(args, 7)) / <f64>word(args, 0)))
  let target = f32x4.splat(float(args, 6))
  for (let i = chunk * word(args, 1); i < last; i += 4) {
    const at = <usize>i << 2
    const x = v128.load(pointer(args, 2) + at)
    if (targets != 0) target = v128.load(targets + at)
    if (pointer(args, 8) != 0) {
      v128.store(pointer(args, 8) + at, f32x4.mul(slope4(kind, x, target, beta), scale))
    }
    if (pointer(args, 9) != 0) {
      v128.store(pointer(args, 9) + at, f32x4.mul(targetSlope4(kind, x, target, beta), scale))
    }
  }
}
