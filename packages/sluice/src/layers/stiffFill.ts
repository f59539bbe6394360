import type { Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { scale } from '../engine/ops/scale/scale.ts'
import { subtract } from '../engine/ops/subtract/subtract.ts'
import {
  filledFrom,
  filledUpwards,
  type HoleLevel,
  type HoleLevels,
  masked,
  meanAround,
} from './holePyramid.ts'

/** Sweeps over the hole of each level. */
const sweeps = 6
/** Largest and smallest eigenvalue of the bend of a bend that sweeps are to damp; others are left to coarser levels. */
const largest = (4 / 3) ** 2
const smallest = largest / 40

/**
 * Fills the hole of the largest level as a thin plate would: slopes around the hole go on into it, where
 * `smoothFill` flattens them. Known pixels come out as they came in.
 *
 * What a plate minimises is how much its bend bends (the biharmonic equation). Fills are interpolated from
 * the smallest level up, and on each level a few sweeps take from every pixel what its bend bends, times
 * the steps of Chebyshev's iteration (Golub and Varga, 1961), which damp all errors of a few cells'
 * length alike. That is nearly a plate for small holes, and between a plate and a harmonic function for
 * large ones, which keeps it from swinging up.
 */
export function stiffFill(scope: Scope, levels: HoleLevels): Value {
  return filledUpwards(levels, (level, smaller) => stiffened(scope, level, smaller))
}

function stiffened(scope: Scope, level: HoleLevel, smaller: Value): Value {
  let filled = filledFrom(scope, level, smaller)
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const angle = (Math.PI * (2 * sweep + 1)) / (2 * sweeps)
    const step = 2 / (largest + smallest + (largest - smallest) * Math.cos(angle))
    const twice = masked(scope, bend(scope, bend(scope, filled)), level.hole)
    const part = scope.apply(scale, [twice], { factor: step, offset: 0 })
    filled = scope.apply(subtract, [filled, part], {})
  }
  return filled
}

/** By how much the mean around each pixel differs from it: the discrete Laplacian, but for a factor. */
function bend(scope: Scope, picture: Value): Value {
  return scope.apply(subtract, [meanAround(scope, picture), picture], {})
}
