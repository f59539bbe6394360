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

/** No cell of any level holds less of known pixels than one part in this many. */
const mostPixels = 1e9
const clamp: ActivationAttributes = { kind: 'clamp' }
const none: Pair = [0, 0]
const plain: GateAttributes = {
  featureActivation: 'none',
  gateActivation: 'none',
  activation: 'none',
}

/** One size of a picture with a hole: what is known, zeros elsewhere, and masks of one channel. */
export interface HoleLevel {
  readonly picture: Value
  readonly known: Value
  readonly hole: Value
}

/** A picture `[N, C, H, W]` and the mask `[N, 1, H, W]` of its hole, 1 where nothing is known. */
export function holeLevel(scope: Scope, picture: Value, mask: Value): HoleLevel {
  const known = scope.apply(scale, [mask], { factor: -1, offset: 1 })
  return { picture: masked(scope, picture, known), known, hole: mask }
}

/** A size and all smaller ones, down to a single cell. */
export type HoleLevels = readonly [largest: HoleLevel, ...smaller: HoleLevel[]]

/** This size and all smaller ones. */
export function smallerLevels(scope: Scope, largest: HoleLevel): HoleLevels {
  const levels: [HoleLevel, ...HoleLevel[]] = [largest]
  for (let level = halved(scope, largest); level !== undefined; level = halved(scope, level)) {
    levels.push(level)
  }
  return levels
}

/** The largest size, filled: each from the fill of the next smaller one; a single cell is what is known of it. */
export function filledUpwards(
  levels: HoleLevels,
  fill: (level: HoleLevel, smaller: Value) => Value,
): Value {
  const [single, ...larger] = levels.toReversed()
  return larger.reduce((smaller, level) => fill(level, smaller), (single ?? levels[0]).picture)
}

/**
 * Half the size, rounded up: the mean of what is known of four pixels; hole is what is hole altogether.
 * Undefined for a single cell.
 */
function halved(scope: Scope, { picture, known }: HoleLevel): HoleLevel | undefined {
  if (isSingle(picture)) return undefined
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

/** What is known, and in the hole a fill of a smaller size, interpolated. */
export function filledFrom(scope: Scope, level: HoleLevel, smaller: Value): Value {
  const guess = enlarged(scope, smaller, level.picture)
  return scope.apply(add, [level.picture, masked(scope, guess, level.hole)], {})
}

/** A picture times a mask of one channel, or of as many. */
export function masked(scope: Scope, picture: Value, mask: Value): Value {
  return scope.apply(gateProduct, [picture, mask], plain)
}

/** As large as another picture, interpolated. */
export function enlarged(scope: Scope, picture: Value, { shape }: Value): Value {
  const [height = 1, width = 1] = shape.slice(2)
  const size = [1, height, width] as const
  return scope.apply(resizeBilinear, [picture], { size, alignCorners: false })
}

/** The mean of the nine pixels around each, or of those of them that there are. */
export function meanAround(scope: Scope, picture: Value): Value {
  const around = [none, [1, 1], [1, 1]] as const
  const window = { kernelSize: [1, 3, 3], stride: [1, 1, 1], padding: around } as const
  return scope.apply(averagePool, [picture], { ...window, countIncludePad: false })
}

/** Windows of two by two that tile the picture; a last row or column without a partner stands alone. */
export function tiles({ shape }: Value) {
  const [height = 1, width = 1] = shape.slice(2)
  const axis = (size: number) => (size === 1 ? 1 : 2)
  const odd = (size: number): Pair => (size > 1 && size % 2 === 1 ? [0, 1] : none)
  const kernelSize = [1, axis(height), axis(width)] as const
  const padding = [none, odd(height), odd(width)] as const
  return { kernelSize, stride: kernelSize, padding, countIncludePad: false }
}

/** Whether a picture is one pixel. */
export function isSingle({ shape }: Value): boolean {
  return shape[2] === 1 && shape[3] === 1
}
