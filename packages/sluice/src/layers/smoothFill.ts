import type { Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { type ActivationAttributes, activation } from '../engine/ops/activation/activation.ts'
import { add } from '../engine/ops/add/add.ts'
import { averagePool } from '../engine/ops/averagePool/averagePool.ts'
import type { Pair } from '../engine/ops/convolution/geometry.ts'
import { divide } from '../engine/ops/divide/divide.ts'
import type { GateAttributes } from '../engine/ops/gatedConvolution/gateBackward.ts'
import { gateProduct } from '../engine/ops/gateProduct/gateProduct.ts'
import { resizeBilinear } from '../engine/ops/resizeBilinear/resizeBilinear.ts'
import { scale } from '../engine/ops/scale/scale.ts'
import { subtract } from '../engine/ops/subtract/subtract.ts'

/** Sweeps over the holes of a level, each time it is come to. */
const sweeps = 2
/** No cell of any level holds less of known pixels than one part in this many. */
const mostPixels = 1e9
/** Cells twice as wide: what is wrong by so much bends four times as much. */
const coarserBend = 4
const clamp: ActivationAttributes = { kind: 'clamp' }
const relu: ActivationAttributes = { kind: 'relu' }
const none: Pair = [0, 0]
const plain: GateAttributes = {
  featureActivation: 'none',
  gateActivation: 'none',
  activation: 'none',
}

/** One size of the picture: what is known, zeros elsewhere, and masks of one channel. */
interface Level {
  readonly picture: Value
  readonly known: Value
  readonly hole: Value
}

/**
 * Fills the holes of `picture` `[N, C, H, W]` smoothly, nearly as the harmonic function does that takes
 * the picture's values around them: `mask` `[N, 1, H, W]` is 1 where nothing is known. Known pixels
 * come out as they came in; a picture of nothing but hole comes out zero.
 *
 * Known pixels are averaged down to a single cell, and holes are filled on the way up by interpolation
 * (Gortler et al., "The Lumigraph", 1996, call it pull-push); on each level a few sweeps replace every
 * pixel of a hole by the mean of the nine around it, which is how a harmonic function is approached.
 * What is then still wrong is found on coarser and coarser cells: one V-cycle of multigrid. All of it is
 * made of ops, so that it runs wherever networks run.
 */
export function smoothFill(scope: Scope, picture: Value, mask: Value): Value {
  const known = scope.apply(scale, [mask], { factor: -1, offset: 1 })
  const levels: Level[] = [{ picture: masked(scope, picture, known), known, hole: mask }]
  for (let level = levels[0]; level !== undefined; level = coarser(scope, level)) {
    if (level !== levels[0]) levels.push(level)
  }
  let filled = masked(scope, picture, known)
  levels.reverse().forEach((level, index) => {
    filled = index === 0 ? level.picture : fillLevel(scope, level, filled)
  })
  const rest = scope.apply(subtract, [mean(scope, filled), filled], {})
  const correction = cycle(scope, masked(scope, rest, mask), mask)
  return correction === undefined ? filled : scope.apply(add, [filled, correction], {})
}

/** A picture times a mask of one channel, or of as many. */
export function masked(scope: Scope, picture: Value, mask: Value): Value {
  return scope.apply(gateProduct, [picture, mask], plain)
}

/**
 * Half the size, rounded up: the mean of what is known of four pixels, and the mask of what is hole
 * altogether.
 */
export function halved(
  scope: Scope,
  picture: Value,
  mask: Value,
): { readonly picture: Value; readonly hole: Value } {
  const known = scope.apply(scale, [mask], { factor: -1, offset: 1 })
  const level = { picture: masked(scope, picture, known), known, hole: mask }
  return coarser(scope, level) ?? level
}

/** Windows of two by two that tile the picture; a last row or column without a partner stands alone. */
function tiles({ shape }: Value) {
  const [height = 1, width = 1] = shape.slice(2)
  const axis = (size: number) => (size === 1 ? 1 : 2)
  const odd = (size: number): Pair => (size > 1 && size % 2 === 1 ? [0, 1] : none)
  const kernelSize = [1, axis(height), axis(width)] as const
  const padding = [none, odd(height), odd(width)] as const
  return { kernelSize, stride: kernelSize, padding, countIncludePad: false }
}

/** The mean of the nine pixels around each, or of those of them that there are. */
function mean(scope: Scope, picture: Value): Value {
  const around = [none, [1, 1], [1, 1]] as const
  const window = { kernelSize: [1, 3, 3], stride: [1, 1, 1], padding: around } as const
  return scope.apply(averagePool, [picture], { ...window, countIncludePad: false })
}

function enlarged(scope: Scope, picture: Value, { shape }: Value): Value {
  const [height = 1, width = 1] = shape.slice(2)
  const size = [1, height, width] as const
  return scope.apply(resizeBilinear, [picture], { size, alignCorners: false })
}

function isSmallest({ shape }: Value): boolean {
  return shape[2] === 1 && shape[3] === 1
}

/** Half the size, rounded up: the mean of what is known of four pixels. */
function coarser(scope: Scope, { picture, known }: Level): Level | undefined {
  if (isSmallest(picture)) return undefined
  const pool = tiles(picture)
  const part = scope.apply(averagePool, [known], pool)
  const seen = scope.apply(scale, [part], { factor: mostPixels, offset: 0 })
  const anyKnown = scope.apply(activation, [seen], clamp)
  const sum = scope.apply(averagePool, [picture], pool)
  // Where nothing is known the sum is 0 as well, and the divisor is made 1.
  const hole = scope.apply(scale, [anyKnown], { factor: -1, offset: 1 })
  const divisor = scope.apply(add, [part, hole], {})
  const ones = scope.apply(scale, [divisor], { factor: 0, offset: 1 })
  const inverse = scope.apply(divide, [ones, divisor], {})
  return { picture: masked(scope, sum, inverse), known: anyKnown, hole }
}

function fillLevel(scope: Scope, { picture, hole }: Level, coarse: Value): Value {
  const guess = enlarged(scope, coarse, picture)
  let filled = scope.apply(add, [picture, masked(scope, guess, hole)], {})
  for (let sweep = 0; sweep < sweeps; sweep++) {
    filled = scope.apply(add, [picture, masked(scope, mean(scope, filled), hole)], {})
  }
  return filled
}

/**
 * What to add inside the hole, zero around it, so that every pixel becomes the mean around it: `rest`
 * is by how much it is not (Brandt, "Multi-level adaptive solutions", 1977). Undefined where a picture
 * is too small to say.
 */
function cycle(scope: Scope, rest: Value, hole: Value): Value | undefined {
  if (isSmallest(rest)) return undefined
  // The first sweep from nothing gives the rest itself.
  let added = rest
  for (let sweep = 1; sweep < sweeps; sweep++) added = relaxed(scope, added, rest, hole)
  const left = scope.apply(subtract, [scope.apply(add, [mean(scope, added), rest], {}), added], {})
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
  const sum = scope.apply(add, [mean(scope, added), rest], {})
  return masked(scope, sum, hole)
}
