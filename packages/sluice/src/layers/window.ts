import type { Pair, Triple, WindowAttributes } from '../engine/ops/convolution/geometry.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { Fields } from './description/fields.ts'

export type { Triple }

/** How many axes of space (and time) a layer has: `[N, C, L]`, `[N, C, H, W]`, `[N, C, D, H, W]`. */
export type SpatialRank = 1 | 2 | 3

/** One number for all axes, or one per axis, outermost (time) first. */
export type Size = number | readonly number[]

/**
 * Zeros around the input.
 * - a number: on both sides of every axis; a list: one number or `[before, after]` pair per axis
 * - `same`: the output has `ceil(size / stride)` elements; an odd rest goes behind, as in PyTorch
 * - `causal`: along the first axis (time) all zeros go before, so that an output sees only what came
 *   earlier; along the other axes as `same`
 */
export type Padding = number | 'same' | 'causal' | readonly (number | Pair)[]

/** A per-axis size as a triple, with `filler` for the axes that a lower rank lacks. */
export function triple(
  layer: string,
  name: string,
  size: Size,
  rank: SpatialRank,
  least: number,
  filler: number,
): Triple {
  // In JavaScript it may be left out, or be anything.
  const sizes: readonly number[] = Array.isArray(size) ? size : new Array(rank).fill(size)
  const fits = (value: number) => Number.isSafeInteger(value) && value >= least
  if (sizes.length !== rank || !sizes.every(fits)) {
    throw new SluiceError('usage', `${name} does not fit a layer with ${rank} axes`, {
      where: layer,
      expected: `a whole number from ${least} up, or ${rank} of them`,
      received: JSON.stringify(size) ?? 'nothing',
    })
  }
  const [a = filler, b = filler, c = filler] = [
    ...new Array<number>(3 - rank).fill(filler),
    ...sizes,
  ]
  return [a, b, c]
}

/** The zeros before and after each of the three axes. */
export function paddingPairs(
  layer: string,
  padding: Padding,
  rank: SpatialRank,
  kernel: Triple,
  dilation: Triple,
): WindowAttributes['padding'] {
  const firstAxis = 3 - rank
  const pair = (axis: 0 | 1 | 2): Pair => {
    if (axis < firstAxis) return [0, 0]
    const reach = dilation[axis] * (kernel[axis] - 1)
    if (padding === 'causal' && axis === firstAxis) return [reach, 0]
    if (padding === 'same' || padding === 'causal') {
      return [Math.floor(reach / 2), Math.ceil(reach / 2)]
    }
    const sides = typeof padding === 'number' ? padding : padding?.[axis - firstAxis]
    if (typeof sides === 'number') return [sides, sides]
    return sides?.length === 2 ? sides : [-1, -1]
  }
  const pairs: WindowAttributes['padding'] = [pair(0), pair(1), pair(2)]
  const listed = typeof padding !== 'object' || padding?.length === rank
  if (!listed || !pairs.flat().every((zeros) => Number.isSafeInteger(zeros) && zeros >= 0)) {
    throw new SluiceError('usage', `padding does not fit a layer with ${rank} axes`, {
      where: layer,
      expected: `"same", "causal", a whole number, or ${rank} numbers or [before, after] pairs`,
      received: JSON.stringify(padding),
    })
  }
  return pairs
}

/** Reads a padding from a description. */
export function readPadding(fields: Fields): Padding {
  const value = fields.take('padding')
  if (value === 'same' || value === 'causal') return value
  if (typeof value === 'number') return fields.whole('padding', 0)
  if (Array.isArray(value) && value.length <= 3) {
    return value.map((sides: unknown) => {
      if (typeof sides === 'number') return sides
      const [before, after]: unknown[] = Array.isArray(sides) ? sides : []
      if (typeof before === 'number' && typeof after === 'number') return [before, after]
      throw fields.wrong('padding', 'numbers or [before, after] pairs', value)
    })
  }
  throw fields.wrong('padding', '"same", "causal", a number or a list', value)
}
