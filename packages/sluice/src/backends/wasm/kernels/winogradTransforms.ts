// Winograd's transforms in one dimension, four channels at a time: m outputs of a filter with r taps
// from six products instead of m·r, wherever m + r = 7 (Lavin and Gray, "Fast algorithms for convolutional
// neural networks", 2016). F(4, 3) along each axis gives F(4×4, 3×3), 36 products instead of 144, and
// F(4×4×4, 3×3×3), 216 products instead of 1728. F(5, 2), F(3, 4) and F(2, 5) share its points, so inputs
// are transformed in the same way for all of them: only what is done to taps and outputs differs.
//
// The points are 0, ±3/4, ±3/2 and infinity. The customary 0, ±1, ±2 need fewer multiplications here
// and lose twice the precision in one plane and three times in space, because the powers of 2 in
// their output transform blow up rounding errors of the products.
//
// Every function reads and writes vectors at a fixed step, so all axes use the same code.
import { constant, FAR_2, FAR_3, FAR_4, MINUS_FAR_2, MINUS_NEAR_2, MINUS_SUM_2 } from './constants'
import { NEAR_2, NEAR_3, NEAR_4, POINT_FAR, POINT_NEAR, PRODUCT_2 } from './constants'
import { madd } from './math'
import { FAR, FAR_DISTANCE, FAR_SQUARE, NEAR, NEAR_DISTANCE } from './winogradPoints'
import { NEAR_SQUARE, ZERO_DISTANCE } from './winogradPoints'

/** Bᵀ·x: six inputs to six transformed inputs. */
// @ts-ignore: decorator
@inline
export function inputTransform(
  x0: v128,
  x1: v128,
  x2: v128,
  x3: v128,
  x4: v128,
  x5: v128,
  target: usize,
  step: usize,
): void {
  const product = constant(PRODUCT_2)
  const sum = constant(MINUS_SUM_2)
  const far = constant(MINUS_FAR_2)
  const near = constant(MINUS_NEAR_2)
  v128.store(target, madd(x0, product, madd(x2, sum, x4)))
  const p = madd(x2, far, x4)
  const q = f32x4.mul(madd(x1, far, x3), constant(POINT_NEAR))
  v128.store(target + step, f32x4.add(p, q))
  v128.store(target + 2 * step, f32x4.sub(p, q))
  const u = madd(x2, near, x4)
  const w = f32x4.mul(madd(x1, near, x3), constant(POINT_FAR))
  v128.store(target + 3 * step, f32x4.add(u, w))
  v128.store(target + 4 * step, f32x4.sub(u, w))
  v128.store(target + 5 * step, madd(x1, product, madd(x3, sum, x5)))
}

/** `inputTransform` of six vectors at a fixed step. */
// @ts-ignore: decorator
@inline
export function transformInput(source: usize, sourceStep: usize, target: usize, step: usize): void {
  inputTransform(
    v128.load(source),
    v128.load(source + sourceStep),
    v128.load(source + 2 * sourceStep),
    v128.load(source + 3 * sourceStep),
    v128.load(source + 4 * sourceStep),
    v128.load(source + 5 * sourceStep),
    target,
    step,
  )
}

/** Aᵀ·m: six products to `outputs` outputs, 2 to 5, a number that is known when this is compiled. */
// @ts-ignore: decorator
@inline
export function transformOutput(
  source: usize,
  sourceStep: usize,
  target: usize,
  step: usize,
  outputs: i32,
): void {
  const m1 = v128.load(source + sourceStep)
  const m2 = v128.load(source + 2 * sourceStep)
  const p = f32x4.add(m1, m2)
  const q = f32x4.sub(m1, m2)
  const m3 = v128.load(source + 3 * sourceStep)
  const m4 = v128.load(source + 4 * sourceStep)
  const u = f32x4.add(m3, m4)
  const w = f32x4.sub(m3, m4)
  const last = v128.load(source + 5 * sourceStep)
  v128.store(target, f32x4.add(f32x4.add(v128.load(source), p), u))
  const y1 = outputs == 2 ? madd(w, constant(POINT_FAR), last) : f32x4.mul(w, constant(POINT_FAR))
  v128.store(target + step, madd(q, constant(POINT_NEAR), y1))
  if (outputs == 2) return
  const y2 = outputs == 3 ? madd(u, constant(FAR_2), last) : f32x4.mul(u, constant(FAR_2))
  v128.store(target + 2 * step, madd(p, constant(NEAR_2), y2))
  if (outputs == 3) return
  const y3 = outputs == 4 ? madd(w, constant(FAR_3), last) : f32x4.mul(w, constant(FAR_3))
  v128.store(target + 3 * step, madd(q, constant(NEAR_3), y3))
  if (outputs == 4) return
  const y4 = madd(u, constant(FAR_4), last)
  v128.store(target + 4 * step, madd(p, constant(NEAR_4), y4))
}

/** A·y: four output gradients to six product gradients. */
// @ts-ignore: decorator
@inline
export function transformGradient(source: usize, sourceStep: usize, target: usize, step: usize): void {
  const y0 = v128.load(source)
  const y1 = v128.load(source + sourceStep)
  const y2 = v128.load(source + 2 * sourceStep)
  const y3 = v128.load(source + 3 * sourceStep)
  const p = madd(y2, constant(NEAR_2), y0)
  const q = madd(y3, constant(NEAR_3), f32x4.mul(y1, constant(POINT_NEAR)))
  const u = madd(y2, constant(FAR_2), y0)
  const w = madd(y3, constant(FAR_3), f32x4.mul(y1, constant(POINT_FAR)))
  v128.store(target, y0)
  v128.store(target + step, f32x4.add(p, q))
  v128.store(target + 2 * step, f32x4.sub(p, q))
  v128.store(target + 3 * step, f32x4.add(u, w))
  v128.store(target + 4 * step, f32x4.sub(u, w))
  v128.store(target + 5 * step, y3)
}

/** Gᵀ·u: six transformed weight gradients to three. */
// @ts-ignore: decorator
@inline
export function transformTapGradients(
  source: usize,
  sourceStep: usize,
  target: usize,
  step: usize,
): void {
  const u1 = v128.load(source + sourceStep)
  const u2 = v128.load(source + 2 * sourceStep)
  const u3 = v128.load(source + 3 * sourceStep)
  const u4 = v128.load(source + 4 * sourceStep)
  const p = f32x4.mul(f32x4.add(u1, u2), f32x4.splat(<f32>(1.0 / NEAR_DISTANCE)))
  const q = f32x4.mul(f32x4.sub(u1, u2), f32x4.splat(<f32>(NEAR / NEAR_DISTANCE)))
  const u = f32x4.mul(f32x4.add(u3, u4), f32x4.splat(<f32>(1.0 / FAR_DISTANCE)))
  const w = f32x4.mul(f32x4.sub(u3, u4), f32x4.splat(<f32>(FAR / FAR_DISTANCE)))
  const first = f32x4.mul(v128.load(source), f32x4.splat(<f32>(1.0 / ZERO_DISTANCE)))
  v128.store(target, f32x4.add(first, f32x4.add(p, u)))
  v128.store(target + step, f32x4.add(q, w))
  const squares = madd(p, f32x4.splat(NEAR_SQUARE), f32x4.mul(u, f32x4.splat(FAR_SQUARE)))
  v128.store(target + 2 * step, f32x4.add(squares, v128.load(source + 5 * sourceStep)))
}
