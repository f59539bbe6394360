import type { Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { type ActivationAttributes, activation } from '../engine/ops/activation/activation.ts'
import { add } from '../engine/ops/add/add.ts'
import { averagePool } from '../engine/ops/averagePool/averagePool.ts'
import { scale } from '../engine/ops/scale/scale.ts'
import { subtract } from '../engine/ops/subtract/subtract.ts'
import {
  enlarged,
  filledFrom,
  filledUpwards,
  type HoleLevel,
  type HoleLevels,
  isSingle,
  masked,
  meanAround,
  smallerLevels,
  tiles,
} from './holePyramid.ts'

/** Sweeps over the holes of a level, each time it is come to. */
const sweeps = 2
/** Cells twice as wide: what is wrong by so much bends four times as much. */
const coarserBend = 4
const relu: ActivationAttributes = { kind: 'relu' }

/** A smooth fill, and half the size that it was made of. */
export interface SmoothFill {
  readonly filled: Value
  /** Half the size and all below. */
  readonly smaller: HoleLevels
  /** The fill of half the size. */
  readonly smallFilled: Value
}

/**
 * Fills the hole of a picture smoothly, nearly as the harmonic function does that takes the picture's
 * values around it. Known pixels come out as they came in; a picture of nothing but hole comes out zero.
 *
 * Half the size is solved, and what is interpolated from it swept over: what that lacks is less than
 * what a smooth fill does not know anyway. All of it is made of ops, so that it runs wherever networks run.
 */
export function smoothFill(scope: Scope, level: HoleLevel): SmoothFill {
  const [whole, half = whole, ...rest] = smallerLevels(scope, level)
  const smaller: HoleLevels = [half, ...rest]
  const smallFilled = harmonic(scope, smaller)
  return { filled: smoothened(scope, whole, smallFilled), smaller, smallFilled }
}

/**
 * Known pixels are averaged down to a single cell, and holes are filled on the way up by interpolation
 * (Gortler et al., "The Lumigraph", 1996, call it pull-push); on each level a few sweeps replace every
 * pixel of a hole by the mean of the nine around it, which is how a harmonic function is approached.
 * What is then still wrong is found on coarser and coarser cells: one V-cycle of multigrid.
 */
function harmonic(scope: Scope, levels: HoleLevels): Value {
  const filled = filledUpwards(levels, (level, smaller) => smoothened(scope, level, smaller))
  const [{ hole }] = levels
  const rest = scope.apply(subtract, [meanAround(scope, filled), filled], {})
  const correction = cycle(scope, masked(scope, rest, hole), hole)
  return correction === undefined ? filled : scope.apply(add, [filled, correction], {})
}

/** The hole of a level filled from the fill of half its size, and swept. */
function smoothened(scope: Scope, level: HoleLevel, smaller: Value): Value {
  let filled = filledFrom(scope, level, smaller)
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const mean = masked(scope, meanAround(scope, filled), level.hole)
    filled = scope.apply(add, [level.picture, mean], {})
  }
  return filled
}

/**
 * What to add inside the hole, zero around it, so that every pixel becomes the mean around it: `rest`
 * is by how much it is not (Brandt, "Multi-level adaptive solutions", 1977). Undefined where a picture
 * is too small to say.
 */
function cycle(scope: Scope, rest: Value, hole: Value): Value | undefined {
  if (isSingle(rest)) return undefined
  // The first sweep from nothing gives the rest itself.
  let added = rest
  for (let sweep = 1; sweep < sweeps; sweep++) added = relaxed(scope, added, rest, hole)
  const reached = scope.apply(add, [meanAround(scope, added), rest], {})
  const left = scope.apply(subtract, [reached, added], {})
  const pool = tiles(rest)
  const part = scope.apply(averagePool, [hole], pool)
  // Only cells that are hole altogether: in others a known pixel says that there is nothing to add.
  const wholeHole = scope.apply(scale, [part], { factor: 4, offset: -3 })
  const coarseHole = scope.apply(activation, [wholeHole], relu)
  const coarseLeft = scope.apply(averagePool, [masked(scope, left, hole)], pool)
  const scaled = scope.apply(scale, [coarseLeft], { factor: coarserBend, offset: 0 })
  const coarse = cycle(scope, masked(scope, scaled, coarseHole), coarseHole)
  if (coarse !== undefined) {
    const more = masked(scope, enlarged(scope, coarse, rest), hole)
    added = scope.apply(add, [added, more], {})
  }
  for (let sweep = 0; sweep < sweeps; sweep++) added = relaxed(scope, added, rest, hole)
  return added
}

function relaxed(scope: Scope, added: Value, rest: Value, hole: Value): Value {
  const sum = scope.apply(add, [meanAround(scope, added), rest], {})
  return masked(scope, sum, hole)
}
