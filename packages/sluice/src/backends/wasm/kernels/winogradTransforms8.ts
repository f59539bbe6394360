// Winograd's transforms with eight points, 0, ±1/2, ±1, ±2 and infinity: m outputs of a filter with r taps from eight
// products, wherever m + r = 9. F(6×6, 3×3) takes 1.8 products an output where six points take 2.25, F(4×4, 5×5) 4
// where they take 9. Rounding errors are about four times as large: still some 10⁻⁶ of the values.
//
// All points are powers of 2, so nothing but sums and differences is rounded. As in winogradTransforms.ts, vectors
// are read and written at a fixed step.
import { constant, FOUR, HALF, HALF_3, HALF_4, HALF_5, HALF_SUM, MINUS_TWO } from './constants'
import { ONE_SUM, QUARTER, SUM_OF_ALL, TWO, TWO_3, TWO_4, TWO_5, TWO_SUM } from './constants'
import { madd } from './math'

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
  const sum = constant(SUM_OF_ALL)
  v128.store(target, madd(f32x4.sub(x2, x4), sum, f32x4.sub(x6, x0)))
  v128.store(target + 7 * step, madd(f32x4.sub(x3, x5), sum, f32x4.sub(x7, x1)))
  // A point p with the squares s and t of the other two: x⁶ − (s + t)·x⁴ + st·x² ± p·(x⁵ − (s + t)·x³ + st·x).
  const halfEven = madd(x2, constant(FOUR), madd(x4, constant(HALF_SUM), x6))
  const halfOdd = f32x4.mul(madd(x1, constant(FOUR), madd(x3, constant(HALF_SUM), x5)), constant(HALF))
  v128.store(target + step, f32x4.add(halfEven, halfOdd))
  v128.store(target + 2 * step, f32x4.sub(halfEven, halfOdd))
  const oneEven = f32x4.add(x2, madd(x4, constant(ONE_SUM), x6))
  const oneOdd = f32x4.add(x1, madd(x3, constant(ONE_SUM), x5))
  v128.store(target + 3 * step, f32x4.add(oneEven, oneOdd))
  v128.store(target + 4 * step, f32x4.sub(oneEven, oneOdd))
  const twoEven = madd(x2, constant(QUARTER), madd(x4, constant(TWO_SUM), x6))
  const twoOdd = madd(x1, constant(QUARTER), madd(x3, constant(TWO_SUM), x5))
  v128.store(target + 5 * step, madd(twoOdd, constant(TWO), twoEven))
  v128.store(target + 6 * step, madd(twoOdd, constant(MINUS_TWO), twoEven))
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

/** Aᵀ·m: eight products to `outputs` outputs, 4 to 6, a number that is known when this is compiled. */
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
  store(target + step, halfOdd, HALF, oneOdd, twoOdd, TWO)
  store(target + 2 * step, halfEven, QUARTER, oneEven, twoEven, FOUR)
  const last = v128.load(source + 7 * sourceStep)
  const oneOddLast = f32x4.add(oneOdd, last)
  const oneEvenLast = f32x4.add(oneEven, last)
  store(target + 3 * step, halfOdd, HALF_3, outputs == 4 ? oneOddLast : oneOdd, twoOdd, TWO_3)
  if (outputs == 4) return
  store(target + 4 * step, halfEven, HALF_4, outputs == 5 ? oneEvenLast : oneEven, twoEven, TWO_4)
  if (outputs == 5) return
  store(target + 5 * step, halfOdd, HALF_5, oneOddLast, twoOdd, TWO_5)
}

/** One output: the three pairs of points, weighed by a power of each. */
// @ts-ignore: decorator
@inline
function store(target: usize, half: v128, small: usize, one: v128, two: v128, large: usize): void {
  v128.store(target, madd(half, constant(small), madd(two, constant(large), one)))
}
