// Activation kinds as the lowerings number them, value and derivative on four lanes.
import { erf64, exp4, exp64, sigmoid4, tanh4 } from './math'

export const NONE = 0
export const RELU = 1
export const LEAKY_RELU = 2
export const ELU = 3
export const GELU = 4
export const SILU = 5
export const TANH = 6
export const SIGMOID = 7

// @ts-ignore: decorator
@inline
function positive(x: v128): v128 {
  return f32x4.gt(x, f32x4.splat(0))
}

/** x·Φ(x), lane by lane: rare in gated networks, so exactness wins over speed. */
function gelu1(x: f32): f32 {
  return <f32>(0.5 * <f64>x * (1 + erf64(<f64>x * 0.7071067811865476)))
}

function geluDerivative1(x: f32): f32 {
  const v = <f64>x
  return <f32>(
    0.5 * (1 + erf64(v * 0.7071067811865476)) + v * 0.3989422804014327 * exp64(-0.5 * v * v)
  )
}

export function activate4(kind: i32, x: v128): v128 {
  switch (kind) {
    case RELU:
      // pmax(x, 0) is x unless x < 0, so NaN stays NaN.
      return f32x4.pmax(x, f32x4.splat(0))
    case LEAKY_RELU:
      return v128.bitselect(x, f32x4.mul(x, f32x4.splat(0.01)), positive(x))
    case ELU:
      return v128.bitselect(x, expMinusOne4(x), positive(x))
    case GELU: {
      let y = f32x4.splat(0)
      y = f32x4.replace_lane(y, 0, gelu1(f32x4.extract_lane(x, 0)))
      y = f32x4.replace_lane(y, 1, gelu1(f32x4.extract_lane(x, 1)))
      y = f32x4.replace_lane(y, 2, gelu1(f32x4.extract_lane(x, 2)))
      return f32x4.replace_lane(y, 3, gelu1(f32x4.extract_lane(x, 3)))
    }
    case SILU:
      return f32x4.mul(x, sigmoid4(x))
    case TANH:
      return tanh4(x)
    case SIGMOID:
      return sigmoid4(x)
    default:
      return x
  }
}

/** exp(x) − 1 without cancellation near zero: through tanh, as 2t / (1 − t) with t = tanh(x / 2). */
function expMinusOne4(x: v128): v128 {
  const t = tanh4(f32x4.mul(f32x4.pmin(x, f32x4.splat(0)), f32x4.splat(0.5)))
  return f32x4.div(f32x4.add(t, t), f32x4.sub(f32x4.splat(1), t))
}

export function derivative4(kind: i32, x: v128): v128 {
  const one = f32x4.splat(1)
  switch (kind) {
    case RELU:
      return v128.and(one, positive(x))
    case LEAKY_RELU:
      return v128.bitselect(one, f32x4.splat(0.01), positive(x))
    case ELU:
      return v128.bitselect(one, exp4(x), positive(x))
    case GELU: {
      let y = f32x4.splat(0)
      y = f32x4.replace_lane(y, 0, geluDerivative1(f32x4.extract_lane(x, 0)))
      y = f32x4.replace_lane(y, 1, geluDerivative1(f32x4.extract_lane(x, 1)))
      y = f32x4.replace_lane(y, 2, geluDerivative1(f32x4.extract_lane(x, 2)))
      return f32x4.replace_lane(y, 3, geluDerivative1(f32x4.extract_lane(x, 3)))
    }
    case SILU: {
      const s = sigmoid4(x)
      return f32x4.mul(s, f32x4.add(one, f32x4.mul(x, f32x4.sub(one, s))))
    }
    case TANH: {
      const t = tanh4(x)
      return f32x4.sub(one, f32x4.mul(t, t))
    }
    case SIGMOID: {
      const s = sigmoid4(x)
      return f32x4.mul(s, f32x4.sub(one, s))
    }
    default:
      return one
  }
}

/** The derivative at x where φ(x) is known already: bounded activations need no second exponential. */
export function derivativeFromValue4(kind: i32, x: v128, value: v128): v128 {
  const one = f32x4.splat(1)
  if (kind == SIGMOID) return f32x4.mul(value, f32x4.sub(one, value))
  if (kind == TANH) return f32x4.sub(one, f32x4.mul(value, value))
  return derivative4(kind, x)
}
