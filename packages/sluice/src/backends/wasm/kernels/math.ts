// Vector arithmetic shared by the kernels. Transcendental functions work on four lanes in float32:
// range reduction, a polynomial, and exact scaling by a power of two (the coefficients of exp and
// tanh are those of Cephes, single precision; constants.ts has them).
import { constant, DUST, EXP_2, EXP_3, EXP_4, EXP_5, EXP_6, EXP_7, EXP_LEAST } from './constants'
import { EXP_MOST, EXPONENT_ROUNDER, LN2_HIGH, LN2_LOW, LOG2_E, MINUS_TWO } from './constants'
import { ONE, TWO } from './constants'

// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(f32x4.mul(a, b), c)
}

// @ts-ignore: decorator
@inline
function polynomial(p: v128, r: v128, coefficient: f32): v128 {
  return madd(p, r, f32x4.splat(coefficient))
}

/**
 * x as n·ln 2 + r: n, rounded, in the low bits. What is added rounds to the nearest integer and leaves n + 127
 * there: what the exponent of 2ⁿ looks like, once shifted to its place.
 */
// @ts-ignore: decorator
@inline
function shiftedExponent4(x: v128): v128 {
  return madd(x, constant(LOG2_E), constant(EXPONENT_ROUNDER))
}

/** eʳ − 1 for the r that is left, at most ln 2 / 2 in size. */
// @ts-ignore: decorator
@inline
function restMinusOne4(x: v128, shifted: v128): v128 {
  const n = f32x4.sub(shifted, constant(EXPONENT_ROUNDER))
  const r = madd(n, constant(LN2_LOW), madd(n, constant(LN2_HIGH), x))
  let p = constant(EXP_7)
  p = madd(p, r, constant(EXP_6))
  p = madd(p, r, constant(EXP_5))
  p = madd(p, r, constant(EXP_4))
  p = madd(p, r, constant(EXP_3))
  p = madd(p, r, constant(EXP_2))
  return madd(p, f32x4.mul(r, r), r)
}

/** exp(x); results below the smallest normal number flush towards it, above the largest saturate. */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // In this order of operands a comparison with NaN, which is false, keeps the NaN.
  const z = f32x4.pmax(f32x4.pmin(x, constant(EXP_MOST)), constant(EXP_LEAST))
  const shifted = shiftedExponent4(z)
  const whole = f32x4.add(restMinusOne4(z, shifted), constant(ONE))
  return f32x4.mul(whole, i32x4.shl(shifted, 23))
}

/** exp(x) − 1 for x ≤ 0 without cancellation near zero; for other x, anything. */
// @ts-ignore: decorator
@inline
export function expMinusOne4(x: v128): v128 {
  const z = f32x4.pmax(x, constant(EXP_LEAST))
  const shifted = shiftedExponent4(z)
  const scale = i32x4.shl(shifted, 23)
  return madd(restMinusOne4(z, shifted), scale, f32x4.sub(scale, constant(ONE)))
}

/** 1 / (1 + exp(−x)), once for every output of a gated convolution, so inlined. */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  return f32x4.div(constant(ONE), f32x4.add(constant(ONE), exp4(f32x4.neg(x))))
}

/** tanh through t = exp(−2|x|) − 1, as −t / (t + 2) with the sign of x: exact to the end near zero. */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const t = expMinusOne4(f32x4.mul(f32x4.abs(x), constant(MINUS_TWO)))
  const size = f32x4.div(f32x4.neg(t), f32x4.add(t, constant(TWO)))
  return v128.or(size, v128.and(x, i32x4.splat(0x80000000)))
}

/**
 * Φ(−a) / exp(−a²/2) for a ≥ 0, Mills' ratio but for a factor: t·Q(t) with t = 1 / (1 + 0.35·a), the
 * form of Abramowitz and Stegun 7.1.26. Q is a minimax fit of degree 8, off by 3e-8 relative at most
 * up to where the exponential leaves float32, so that Φ keeps its digits in both tails.
 */
export function normalTail4(a: v128): v128 {
  const one = constant(ONE)
  const t = f32x4.div(one, f32x4.add(one, f32x4.mul(a, f32x4.splat(0.35))))
  let q = f32x4.splat(-2.9125871e-2)
  q = polynomial(q, t, 1.43872267e-1)
  q = polynomial(q, t, -2.55504629e-1)
  q = polynomial(q, t, 1.58929364e-1)
  q = polynomial(q, t, -2.29371887e-2)
  q = polynomial(q, t, 1.05432958e-1)
  q = polynomial(q, t, 1.19852432e-1)
  q = polynomial(q, t, 1.39859083e-1)
  q = polynomial(q, t, 1.39621577e-1)
  return f32x4.mul(t, q)
}

/** exp in double precision, for the few places where a scalar is summed or compared. */
export function exp64(x: f64): f64 {
  if (x != x) return x
  if (x > 709) return Infinity
  if (x < -708) return 0
  const n = nearest<f64>(x * 1.4426950408889634)
  const r = x - n * 6.93147180369123816490e-1 - n * 1.90821492927058770002e-10
  let sum: f64 = 1
  for (let k = 14; k > 0; k--) sum = 1 + (sum * r) / <f64>k
  return sum * reinterpret<f64>((<i64>n + 1023) << 52)
}

/** Natural logarithm of a positive, normal number in double precision. */
export function log64(x: f64): f64 {
  const bits = reinterpret<u64>(x)
  let exponent = <i64>((bits >> 52) & 0x7ff) - 1023
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000)
  if (m > 1.4142135623730951) {
    m *= 0.5
    exponent++
  }
  const s = (m - 1) / (m + 1)
  const z = s * s
  let sum: f64 = 0
  for (let k = 25; k > 0; k -= 2) sum = sum * z + 1 / <f64>k
  return 2 * s * sum + <f64>exponent * 0.6931471805599453
}

/**
 * Gradients of less than 2⁻⁹⁰ as 0. Where nothing is to be learnt, far from a hole for instance, rounding
 * leaves dust that every layer makes smaller, until it is subnormal, and processors take a hundred times as
 * long to multiply subnormal numbers. WebAssembly cannot tell them to flush those to zero. Infinities and
 * what is no number stay what they are.
 */
// @ts-ignore: decorator
@inline
export function withoutDust4(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), constant(DUST)))
}
