// G·w: up to five taps to six or eight, two weights at a time, in double precision because weights are few. None of
// it is inlined: weights are packed by a few long calls, and the engine's better code takes effect at the next call.
import { FAR, FAR_DISTANCE, HALF_DISTANCE_8, NEAR, NEAR_DISTANCE, ONE_DISTANCE_8 } from './winogradPoints'
import { TWO_DISTANCE_8, ZERO_DISTANCE, ZERO_DISTANCE_8 } from './winogradPoints'

/** Reads taps and writes as many vectors as there are points, at fixed steps. */
export function transformTaps(
  source: usize,
  sourceStep: usize,
  target: usize,
  step: usize,
  taps: i32,
  points: i32,
): void {
  const second = target + step
  const fourth = target + 3 * step
  if (points == 8) {
    transformEnds(source, sourceStep, target, 7 * step, ZERO_DISTANCE_8, taps)
    transformPair(source, sourceStep, second, step, 0.5, HALF_DISTANCE_8, taps)
    transformPair(source, sourceStep, fourth, step, 1, ONE_DISTANCE_8, taps)
    transformPair(source, sourceStep, target + 5 * step, step, 2, TWO_DISTANCE_8, taps)
    return
  }
  transformEnds(source, sourceStep, target, 5 * step, ZERO_DISTANCE, taps)
  transformPair(source, sourceStep, second, step, NEAR, NEAR_DISTANCE, taps)
  transformPair(source, sourceStep, fourth, step, FAR, FAR_DISTANCE, taps)
}

/** The rows of G for the points 0, whose distances from all others are multiplied to `distance`, and infinity. */
function transformEnds(
  source: usize,
  sourceStep: usize,
  target: usize,
  toLast: usize,
  distance: f64,
  taps: i32,
): void {
  v128.store(target, f64x2.mul(v128.load(source), f64x2.splat(1 / distance)))
  v128.store(target + toLast, v128.load(source + <usize>(taps - 1) * sourceStep))
}

/** The rows of G for a point and its opposite: the sums of even and of odd powers, added and subtracted. */
function transformPair(
  source: usize,
  sourceStep: usize,
  target: usize,
  step: usize,
  point: f64,
  distance: f64,
  taps: i32,
): void {
  let even = v128.load(source)
  let odd = f64x2.splat(0)
  let power = point
  for (let tap = 1; tap < taps; tap++) {
    const term = f64x2.mul(v128.load(source + <usize>tap * sourceStep), f64x2.splat(power))
    if ((tap & 1) != 0) odd = f64x2.add(odd, term)
    else even = f64x2.add(even, term)
    power *= point
  }
  const scale = f64x2.splat(1 / distance)
  v128.store(target, f64x2.mul(f64x2.add(even, odd), scale))
  v128.store(target + step, f64x2.mul(f64x2.sub(even, odd), scale))
}
