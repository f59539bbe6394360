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

/** Sweeps over a level's holes after the coarser level has filled them. */
const sweeps = 4
/** No cell of any level holds less of known pixels than one part in this many. */
const mostPixels = 1e9
const clamp: ActivationAttributes = { kind: 'clamp' }
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
 * Known pixels are averaged down to a single cell, holes are filled on the way up by interpolation
 * (Gortler et al., "The Lumigraph", 1996, call it pull-push), and on each level a few sweeps replace
 * every pixel of a hole by the mean of the nine around it, which is how a harmonic function is
 * approached. All of it is made of ops, so that it runs wherever networks run.
 */
export function smoothFill(scope: Scope, picture: Value, mask: Value): Value {
  const known = scope.apply(scale, [mask], { factor: -1, offset: 1 })
  const levels: Level[] = [{ picture: masked(scope, picture, known), known, hole: mask }]
  for (let level = levels[0]; level !== undefined; level = coarser(scope, level)) {
    if (level !== levels[0]) levels.push(level)
  }
  let filled: Value | undefined
  for (const level of levels.reverse()) filled = fillLevel(scope, level, filled)
  return filled ?? picture
}

/** A picture times a mask of one channel, or of as many. */
export function masked(scope: Scope, picture: Value, mask: Value): Value {
  return scope.apply(gateProduct, [picture, mask], plain)
}

/** Half the size, rounded up: the mean of what is known of four pixels. */
function coarser(scope: Scope, { picture, known }: Level): Level | undefined {
  const [height = 1, width = 1] = picture.shape.slice(2)
  if (height === 1 && width === 1) return undefined
  const axis = (size: number) => (size === 1 ? 1 : 2)
  const kernelSize = [1, axis(height), axis(width)] as const
  // A last row or column without a partner is averaged alone.
  const odd = (size: number): Pair => (size > 1 && size % 2 === 1 ? [0, 1] : none)
  const padding = [none, odd(height), odd(width)] as const
  const pool = { kernelSize, stride: kernelSize, padding, countIncludePad: false }
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

function fillLevel(scope: Scope, { picture, hole }: Level, coarse: Value | undefined): Value {
  if (coarse === undefined) return picture
  const [height = 1, width = 1] = picture.shape.slice(2)
  const size = [1, height, width] as const
  const guess = scope.apply(resizeBilinear, [coarse], { size, alignCorners: false })
  let filled = scope.apply(add, [picture, masked(scope, guess, hole)], {})
  const kernelSize = [1, 3, 3] as const
  const padding = [none, [1, 1], [1, 1]] as const
  const window = { kernelSize, stride: [1, 1, 1] as const, padding, countIncludePad: false }
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const mean = scope.apply(averagePool, [filled], window)
    filled = scope.apply(add, [picture, masked(scope, mean, hole)], {})
  }
  return filled
}
