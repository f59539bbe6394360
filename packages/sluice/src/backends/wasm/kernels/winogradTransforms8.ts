// Winograd's transforms with eight points, 0, ±1/2, ±1, ±2 and infinity: m outputs of a filter with r taps from eight
// products, wherever m + r = 9. F(6×6, 3×3) takes 1.8 products an output where six points take 2.25, F(4×4, 5×5) 4
// where they take 9. Rounding errors are about four times as large: still some 10⁻⁶ of the values.
//
// All points are powers of 2, so nothing but sums and differences is rounded. As in winogradTransforms.ts, vectors
// are read and written at a fixed step.
import { madd } from './math'
import { transformEnds, transformPair } from './winogradTransforms'

/** Bᵀ·x: eight inputs to eight transformed inputs. */
// @ts-ignore: decorator
@inline
export function inputTransform8(
  x0: v128,
  x1: v128,
  x2: v128,
  x3: v128,
  x4: v128,
  x5: v128,
  x6: v128,
  x7: v128,
  target: usize,
  step: usize,
): void {
  const sum = f32x4.splat(5.25)
  v128.store(target, madd(f32x4.sub(x2, x4), sum, f32x4.sub(x6, x0)))
  v128.store(target + 7 * step, madd(f32x4.sub(x3, x5), sum, f32x4.sub(x7, x1)))
  // A point p with the squares s and t of the other two: x⁶ − (s + t)·x⁴ + st·x² ± p·(x⁵ − (s + t)·x³ + st·x).
  const halfEven = madd(x2, f32x4.splat(4), madd(x4, f32x4.splat(-5), x6))
  const halfOdd = f32x4.mul(madd(x1, f32x4.splat(4), madd(x3, f32x4.splat(-5), x5)), f32x4.splat(0.5))
  v128.store(target + step, f32x4.add(halfEven, halfOdd))
  v128.store(target + 2 * step, f32x4.sub(halfEven, halfOdd))
  const oneEven = f32x4.add(x2, madd(x4, f32x4.splat(-4.25), x6))
  const oneOdd = f32x4.add(x1, madd(x3, f32x4.splat(-4.25), x5))
  v128.store(target + 3 * step, f32x4.add(oneEven, oneOdd))
  v128.store(target + 4 * step, f32x4.sub(oneEven, oneOdd))
  const twoEven = madd(x2, f32x4.splat(0.25), madd(x4, f32x4.splat(-1.25), x6))
  const twoOdd = madd(x1, f32x4.splat(0.25), madd(x3, f32x4.splat(-1.25), x5))
  v128.store(target + 5 * step, madd(twoOdd, f32x4.splat(2), twoEven))
  v128.store(target + 6 * step, madd(twoOdd, f32x4.splat(-2), twoEven))
}

/** `inputTransform8` of eight vectors at a fixed step. */
// @ts-ignore: decorator
@inline
export function transformInput8(source: usize, sourceStep: usize, target: usize, step: usize): void {
  inputTransform8(
    v128.load(source),
    v128.load(source + sourceStep),
    v128.load(source + 2 * sourceStep),
    v128.load(source + 3 * sourceStep),
    v128.load(source + 4 * sourceStep),
    v128.load(source + 5 * sourceStep),
    v128.load(source + 6 * sourceStep),
    v128.load(source + 7 * sourceStep),
    target,
    step,
  )
}

/** Aᵀ·m: eight products to `outputs` outputs, 4 to 7, a number that is known when this is compiled. */
// @ts-ignore: decorator
@inline
export function transformOutput8(
  source: usize,
  sourceStep: usize,
  target: usize,
  step: usize,
  outputs: i32,
): void {
  const h1 = v128.load(source + sourceStep)
  const h2 = v128.load(source + 2 * sourceStep)
  const halfEven = f32x4.add(h1, h2)
  const halfOdd = f32x4.sub(h1, h2)
  const o1 = v128.load(source + 3 * sourceStep)
  const o2 = v128.load(source + 4 * sourceStep)
  const oneEven = f32x4.add(o1, o2)
  const oneOdd = f32x4.sub(o1, o2)
  const t1 = v128.load(source + 5 * sourceStep)
  const t2 = v128.load(source + 6 * sourceStep)
  const twoEven = f32x4.add(t1, t2)
  const twoOdd = f32x4.sub(t1, t2)
  const first = f32x4.add(v128.load(source), oneEven)
  v128.store(target, f32x4.add(first, f32x4.add(halfEven, twoEven)))
  store(target + step, halfOdd, 0.5, oneOdd, twoOdd, 2)
  store(target + 2 * step, halfEven, 0.25, oneEven, twoEven, 4)
  const last = v128.load(source + 7 * sourceStep)
  const oneOddLast = f32x4.add(oneOdd, last)
  const oneEvenLast = f32x4.add(oneEven, last)
  store(target + 3 * step, halfOdd, 0.125, outputs == 4 ? oneOddLast : oneOdd, twoOdd, 8)
  if (outputs == 4) return
  store(target + 4 * step, halfEven, 0.0625, outputs == 5 ? oneEvenLast : oneEven, twoEven, 16)
  if (outputs == 5) return
  store(target + 5 * step, halfOdd, 0.03125, outputs == 6 ? oneOddLast : oneOdd, twoOdd, 32)
  if (outputs == 6) return
  store(target + 6 * step, halfEven, 0.015625, oneEvenLast, twoEven, 64)
}

/** One output: the three pairs of points, weighed by a power of each. */
// @ts-ignore: decorator
@inline
function store(target: usize, half: v128, small: f32, one: v128, two: v128, large: f32): void {
  v128.store(target, madd(half, f32x4.splat(small), madd(two, f32x4.splat(large), one)))
}

/** G·w: up to five taps to eight, two weights at a time, in double precision. */
export function transformTaps8(
  source: usize,
  sourceStep: usize,
  target: usize,
  step: usize,
  taps: i32,
): void {
  transformEnds(source, sourceStep, target, 7 * step, -1, taps)
  transformPair(source, sourceStep, target + step, step, 0.5, 1.40625, taps)
  transformPair(source, sourceStep, target + 3 * step, step, 1, -4.5, taps)
  transformPair(source, sourceStep, target + 5 * step, step, 2, 90, taps)
}
