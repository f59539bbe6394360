// Activations by their number (abi/activationCodes.ts), value and derivative on four lanes.
import * as code from '../abi/activationCodes'
import { exp4, expMinusOne4, normalTail4, sigmoid4, tanh4 } from './math'

// @ts-ignore: decorator
@inline
function positive(x: v128): v128 {
  return f32x4.gt(x, f32x4.splat(0))
}

/** Φ(x), given exp(−x²/2): the tail on the side of x, or what it leaves. */
// @ts-ignore: decorator
@inline
function normalDistribution4(x: v128, bell: v128): v128 {
  const tail = f32x4.mul(bell, normalTail4(f32x4.abs(x)))
  return v128.bitselect(f32x4.sub(f32x4.splat(1), tail), tail, positive(x))
}

/** exp(−x²/2). */
// @ts-ignore: decorator
@inline
function bell4(x: v128): v128 {
  return exp4(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)))
}

/** x between two bounds. pmin and pmax keep a NaN in their first operand. */
// @ts-ignore: decorator
@inline
function between4(x: v128, low: f32, high: f32): v128 {
  return f32x4.pmin(f32x4.pmax(x, f32x4.splat(low)), f32x4.splat(high))
}

/** exp(x) − 1 below zero, x above. */
// @ts-ignore: decorator
@inline
export function elu4(x: v128): v128 {
  return v128.bitselect(x, expMinusOne4(f32x4.pmin(x, f32x4.splat(0))), positive(x))
}

export function activate4(kind: i32, x: v128): v128 {
  switch (kind) {
    case code.RELU:
      // pmax(x, 0) is x unless x < 0, so NaN stays NaN.
      return f32x4.pmax(x, f32x4.splat(0))
    case code.LEAKY_RELU:
      return v128.bitselect(x, f32x4.mul(x, f32x4.splat(0.01)), positive(x))
    case code.ELU:
      return elu4(x)
    case code.GELU:
      return f32x4.mul(x, normalDistribution4(x, bell4(x)))
    case code.SILU:
      return f32x4.mul(x, sigmoid4(x))
    case code.TANH:
      return tanh4(x)
    case code.SIGMOID:
      return sigmoid4(x)
    case code.HARD_SIGMOID: {
      const shifted = f32x4.add(x, f32x4.splat(3))
      return f32x4.mul(between4(shifted, 0, 6), f32x4.splat(<f32>(1.0 / 6.0)))
    }
    case code.ONE_PLUS_SIGMOID:
      return f32x4.add(f32x4.splat(1), sigmoid4(x))
    case code.CLAMP:
      return between4(x, -1, 1)
    case code.LEAKY_RELU_02:
      return v128.bitselect(x, f32x4.mul(x, f32x4.splat(0.2)), positive(x))
    default:
      return x
  }
}

export function derivative4(kind: i32, x: v128): v128 {
  const one = f32x4.splat(1)
  switch (kind) {
    case code.RELU:
      return v128.and(one, positive(x))
    case code.LEAKY_RELU:
      return v128.bitselect(one, f32x4.splat(0.01), positive(x))
    case code.ELU:
      return v128.bitselect(one, exp4(x), positive(x))
    case code.GELU: {
      const bell = bell4(x)
      const slope = f32x4.mul(f32x4.mul(x, bell), f32x4.splat(0.3989422804014327))
      return f32x4.add(normalDistribution4(x, bell), slope)
    }
    case code.SILU: {
      const s = sigmoid4(x)
      return f32x4.mul(s, f32x4.add(one, f32x4.mul(x, f32x4.sub(one, s))))
    }
    case code.TANH: {
      const t = tanh4(x)
      return f32x4.sub(one, f32x4.mul(t, t))
    }
    case code.SIGMOID:
    case code.ONE_PLUS_SIGMOID: {
      const s = sigmoid4(x)
      return f32x4.mul(s, f32x4.sub(one, s))
    }
    case code.HARD_SIGMOID: {
      const inside = f32x4.lt(f32x4.abs(x), f32x4.splat(3))
      return v128.and(f32x4.splat(<f32>(1.0 / 6.0)), inside)
    }
    case code.CLAMP:
      return v128.and(one, f32x4.le(f32x4.abs(x), one))
    case code.LEAKY_RELU_02:
      return v128.bitselect(one, f32x4.splat(0.2), positive(x))
    default:
      return one
  }
}

/** The derivative at x where φ(x) is known already: bounded activations need no second exponential. */
export function derivativeFromValue4(kind: i32, x: v128, value: v128): v128 {
  const one = f32x4.splat(1)
  if (kind == code.SIGMOID) return f32x4.mul(value, f32x4.sub(one, value))
  if (kind == code.TANH) return f32x4.sub(one, f32x4.mul(value, value))
  return derivative4(kind, x)
}
