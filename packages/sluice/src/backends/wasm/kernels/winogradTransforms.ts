// Winograd's F(4, 3) in one dimension, four channels at a time: four outputs of a three-tap filter
// from six products instead of twelve (Lavin and Gray, "Fast algorithms for convolutional neural
// networks", 2016). Applied along H and then W it gives F(4×4, 3×3): 36 products instead of 144.
//
// Every function reads and writes vectors at a fixed step, so that rows and columns use the same code.

/** Bᵀ·x: six inputs to six transformed inputs. */
// @ts-ignore: decorator
@inline
export function transformInput(source: usize, sourceStep: usize, target: usize, step: usize): void {
  const x0 = v128.load(source)
  const x1 = v128.load(source + sourceStep)
  const x2 = v128.load(source + 2 * sourceStep)
  const x3 = v128.load(source + 3 * sourceStep)
  const x4 = v128.load(source + 4 * sourceStep)
  const x5 = v128.load(source + 5 * sourceStep)
  const four = f32x4.splat(4)
  const five = f32x4.splat(5)
  const p = f32x4.sub(x4, f32x4.mul(x2, four))
  const q = f32x4.sub(x3, f32x4.mul(x1, four))
  const u = f32x4.sub(x4, x2)
  const w = f32x4.mul(f32x4.sub(x3, x1), f32x4.splat(2))
  v128.store(target, f32x4.add(f32x4.sub(f32x4.mul(x0, four), f32x4.mul(x2, five)), x4))
  v128.store(target + step, f32x4.add(p, q))
  v128.store(target + 2 * step, f32x4.sub(p, q))
  v128.store(target + 3 * step, f32x4.add(u, w))
  v128.store(target + 4 * step, f32x4.sub(u, w))
  v128.store(target + 5 * step, f32x4.add(f32x4.sub(f32x4.mul(x1, four), f32x4.mul(x3, five)), x5))
}

/** Aᵀ·m: six products to four outputs. */
// @ts-ignore: decorator
@inline
export function transformOutput(source: usize, sourceStep: usize, target: usize, step: usize): void {
  const m0 = v128.load(source)
  const m1 = v128.load(source + sourceStep)
  const m2 = v128.load(source + 2 * sourceStep)
  const m3 = v128.load(source + 3 * sourceStep)
  const m4 = v128.load(source + 4 * sourceStep)
  const m5 = v128.load(source + 5 * sourceStep)
  const p = f32x4.add(m1, m2)
  const q = f32x4.sub(m1, m2)
  const u = f32x4.add(m3, m4)
  const w = f32x4.sub(m3, m4)
  v128.store(target, f32x4.add(f32x4.add(m0, p), u))
  v128.store(target + step, f32x4.add(q, f32x4.mul(w, f32x4.splat(2))))
  v128.store(target + 2 * step, f32x4.add(p, f32x4.mul(u, f32x4.splat(4))))
  v128.store(target + 3 * step, f32x4.add(f32x4.add(q, f32x4.mul(w, f32x4.splat(8))), m5))
}

/** A·y: four output gradients to six product gradients. */
// @ts-ignore: decorator
@inline
export function transformGradient(source: usize, sourceStep: usize, target: usize, step: usize): void {
  const y0 = v128.load(source)
  const y1 = v128.load(source + sourceStep)
  const y2 = v128.load(source + 2 * sourceStep)
  const y3 = v128.load(source + 3 * sourceStep)
  const p = f32x4.add(y0, y2)
  const q = f32x4.add(y1, y3)
  const u = f32x4.add(y0, f32x4.mul(y2, f32x4.splat(4)))
  const w = f32x4.add(f32x4.mul(y1, f32x4.splat(2)), f32x4.mul(y3, f32x4.splat(8)))
  v128.store(target, y0)
  v128.store(target + step, f32x4.add(p, q))
  v128.store(target + 2 * step, f32x4.sub(p, q))
  v128.store(target + 3 * step, f32x4.add(u, w))
  v128.store(target + 4 * step, f32x4.sub(u, w))
  v128.store(target + 5 * step, y3)
}

/** G·w: three taps to six, in double precision because it is done once per weight. */
export function transformTaps(source: usize, sourceStep: usize, target: usize, step: usize): void {
  const w0 = load<f64>(source)
  const w1 = load<f64>(source + sourceStep)
  const w2 = load<f64>(source + 2 * sourceStep)
  const even = w0 + w2
  const mixed = w0 + 4 * w2
  store<f64>(target, w0 / 4)
  store<f64>(target + step, -(even + w1) / 6)
  store<f64>(target + 2 * step, -(even - w1) / 6)
  store<f64>(target + 3 * step, (mixed + 2 * w1) / 24)
  store<f64>(target + 4 * step, (mixed - 2 * w1) / 24)
  store<f64>(target + 5 * step, w2)
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
  const sixth = f32x4.splat(1.0 / 6)
  const p = f32x4.mul(f32x4.add(u1, u2), sixth)
  const q = f32x4.mul(f32x4.sub(u2, u1), sixth)
  const u = f32x4.add(u3, u4)
  const w = f32x4.mul(f32x4.sub(u3, u4), f32x4.splat(1.0 / 12))
  const quarter = f32x4.mul(v128.load(source), f32x4.splat(0.25))
  const near = f32x4.add(f32x4.sub(quarter, p), f32x4.mul(u, f32x4.splat(1.0 / 24)))
  const far = f32x4.add(f32x4.sub(f32x4.mul(u, sixth), p), v128.load(source + 5 * sourceStep))
  v128.store(target, near)
  v128.store(target + step, f32x4.add(q, w))
  v128.store(target + 2 * step, far)
}
