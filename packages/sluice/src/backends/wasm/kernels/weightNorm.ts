// Weight and spectral normalisation: small matrices of [outputs][columns], all sums in double precision.
import { pointer, word } from './record'

/** w = g · v / ‖v‖ for one output. 0 v, 1 g, 2 w, 3 columns. A chunk is one output. */
export function weightNorm(args: usize, chunk: i32): void {
  const columns = word(args, 3)
  const base = <usize>(chunk * columns) << 2
  const magnitude = <f64>load<f32>(pointer(args, 1) + (<usize>chunk << 2))
  const scale = magnitude / sqrt<f64>(dot(pointer(args, 0) + base, pointer(args, 0) + base, columns))
  for (let column = 0; column < columns; column++) {
    const at = base + (<usize>column << 2)
    store<f32>(pointer(args, 2) + at, <f32>(<f64>load<f32>(pointer(args, 0) + at) * scale))
  }
}

/** 0 v, 1 g, 2 dw, 3 dv (0: none), 4 dg (0: none), 5 columns. A chunk is one output. */
export function weightNormBackward(args: usize, chunk: i32): void {
  const columns = word(args, 5)
  const base = <usize>(chunk * columns) << 2
  const v = pointer(args, 0) + base
  const slopes = pointer(args, 2) + base
  const norm = sqrt<f64>(dot(v, v, columns))
  const along = dot(v, slopes, columns) / norm
  if (pointer(args, 4) != 0) store<f32>(pointer(args, 4) + (<usize>chunk << 2), <f32>along)
  if (pointer(args, 3) == 0) return
  const scale = <f64>load<f32>(pointer(args, 1) + (<usize>chunk << 2)) / norm
  const pull = along / norm
  for (let column = 0; column < columns; column++) {
    const at = <usize>column << 2
    const across = <f64>load<f32>(slopes + at) - pull * <f64>load<f32>(v + at)
    store<f32>(pointer(args, 3) + base + at, <f32>(scale * across))
  }
}

/** Σ a·b. */
function dot(a: usize, b: usize, count: i32): f64 {
  let sum: f64 = 0
  for (let i = 0; i < count; i++) {
    const at = <usize>i << 2
    sum += <f64>load<f32>(a + at) * <f64>load<f32>(b + at)
  }
  return sum
}

/** Wᵀu. 0 weight, 1 u, 2 product (f64), 3 outputs, 4 columns, 5 columns of one chunk. */
export function spectralColumns(args: usize, chunk: i32): void {
  const columns = word(args, 4)
  const first = chunk * word(args, 5)
  const last = min(columns, first + word(args, 5))
  const target = pointer(args, 2)
  memory.fill(target + (<usize>first << 3), 0, <usize>(last - first) << 3)
  for (let output = 0; output < word(args, 3); output++) {
    const factor = <f64>load<f32>(pointer(args, 1) + (<usize>output << 2))
    const row = pointer(args, 0) + (<usize>(output * columns) << 2)
    for (let column = first; column < last; column++) {
      const place = target + (<usize>column << 3)
      const product = factor * <f64>load<f32>(row + (<usize>column << 2))
      store<f64>(place, load<f64>(place) + product)
    }
  }
}

/**
 * Wv or, with a matrix in the place of v, the products of its rows with those of W. 0 W, 1 v,
 * 2 products (f64), 3 columns, 4 floats from one row of v to the next. A chunk is one output.
 */
export function spectralRows(args: usize, chunk: i32): void {
  const columns = word(args, 3)
  const row = pointer(args, 0) + (<usize>(chunk * columns) << 2)
  const second = pointer(args, 1) + (<usize>(chunk * word(args, 4)) << 2)
  store<f64>(pointer(args, 2) + (<usize>chunk << 3), dot(row, second, columns))
}

/** x / max(‖x‖, ε). 0 x (f64), 1 y, 2 elements, 3 ε (f64). */
export function spectralUnit(args: usize, _chunk: i32): void {
  const count = word(args, 2)
  let sum: f64 = 0
  for (let i = 0; i < count; i++) {
    const value = load<f64>(pointer(args, 0) + (<usize>i << 3))
    sum += value * value
  }
  const norm = max<f64>(sqrt<f64>(sum), load<f64>(args + 12))
  for (let i = 0; i < count; i++) {
    const value = load<f64>(pointer(args, 0) + (<usize>i << 3))
    store<f32>(pointer(args, 1) + (<usize>i << 2), <f32>(value / norm))
  }
}

/**
 * w = W / σ with σ = u·Wv. 0 weight, 1 u, 2 Wv (f64), 3 w (0: none), 4 σ (0: none), 5 outputs,
 * 6 columns. A chunk is one output.
 */
export function spectralScale(args: usize, chunk: i32): void {
  const columns = word(args, 6)
  let sigma: f64 = 0
  for (let output = 0; output < word(args, 5); output++) {
    const u = <f64>load<f32>(pointer(args, 1) + (<usize>output << 2))
    sigma += u * load<f64>(pointer(args, 2) + (<usize>output << 3))
  }
  if (chunk == 0 && pointer(args, 4) != 0) store<f32>(pointer(args, 4), <f32>sigma)
  if (pointer(args, 3) == 0) return
  const base = <usize>(chunk * columns) << 2
  for (let column = 0; column < columns; column++) {
    const at = base + (<usize>column << 2)
    store<f32>(pointer(args, 3) + at, <f32>(<f64>load<f32>(pointer(args, 0) + at) / sigma))
  }
}

/**
 * dWeight = (dw − Σ(dw ⊙ w) · u vᵀ) / σ. 0 dw, 1 u, 2 v, 3 σ, 4 Σ(dw ⊙ w) per output (f64), 5 dWeight,
 * 6 outputs, 7 columns. A chunk is one output.
 */
export function spectralBackward(args: usize, chunk: i32): void {
  const columns = word(args, 7)
  let along: f64 = 0
  for (let output = 0; output < word(args, 6); output++) {
    along += load<f64>(pointer(args, 4) + (<usize>output << 3))
  }
  const pull = along * <f64>load<f32>(pointer(args, 1) + (<usize>chunk << 2))
  const sigma = <f64>load<f32>(pointer(args, 3))
  const base = <usize>(chunk * columns) << 2
  for (let column = 0; column < columns; column++) {
    const at = <usize>column << 2
    const slope = <f64>load<f32>(pointer(args, 0) + base + at)
    const own = slope - pull * <f64>load<f32>(pointer(args, 2) + at)
    store<f32>(pointer(args, 5) + base + at, <f32>(own / sigma))
  }
}
