import type { Module } from '../engine/graph/module.ts'
import { perAxis, spatial, type Triple } from '../engine/ops/convolution/geometry.ts'
import type { Step } from '../engine/ops/resampling/resizeShape.ts'
import { resizeBilinear } from '../engine/ops/resizeBilinear/resizeBilinear.ts'
import { resizeNearest } from '../engine/ops/resizeNearest/resizeNearest.ts'
import { choiceOption } from '../foundation/choiceOption.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { Shape } from '../foundation/shape.ts'
import type { ModuleReader } from './description/readModule.ts'
import { booleanOption } from './options.ts'
import { placeOf, spatialRankOf } from './spatialInput.ts'
import type { Size } from './window.ts'

/** `nearest` reads one element for each output, `linear` mixes two along each axis. */
export type ResizeMode = 'nearest' | 'linear'

/** Options of `resize`: either the size or the scale. */
export interface ResizeOptions {
  /** Sizes of the output, one for all axes of space or one each. */
  readonly size?: Size
  /** Output elements per input element, one for all axes or one each; sizes are rounded down. */
  readonly scale?: Size
  /** Default `nearest`. */
  readonly mode?: ResizeMode
  /**
   * Whether the first and last elements of input and output fall together, instead of their outer
   * edges. Default false. For `nearest`, which PyTorch does not offer it for, it is TensorFlow's rule.
   */
  readonly alignCorners?: boolean
}

const modes: readonly ResizeMode[] = ['nearest', 'linear']

/**
 * Another size of space, `[N, C, …space]` → `[N, C, …size]`, as PyTorch's `Upsample` and `interpolate`
 * with `nearest`, `linear`, `bilinear` and `trilinear`.
 */
export function resize(options: ResizeOptions): Module {
  const { size, scale, mode = 'nearest', alignCorners = false } = options
  choiceOption('resize', 'mode', mode, modes)
  booleanOption('resize', 'alignCorners', alignCorners)
  const target = size ?? scale
  const numbers = typeof target === 'number' ? [target] : (target ?? [])
  const whole = size === undefined || numbers.every(Number.isSafeInteger)
  const positive = numbers.every((number) => number > 0 && Number.isFinite(number))
  if ((size === undefined) === (scale === undefined) || !whole || !positive) {
    throw new SluiceError('usage', 'a resize needs a size or a scale', {
      where: 'resize',
      expected: 'size: whole numbers from 1, or scale: numbers above 0',
      received: JSON.stringify({ size, scale }),
    })
  }
  const resized = size === undefined ? { scale } : { size }
  return {
    type: 'resize',
    describe: () => ({ type: 'resize', ...resized, mode, alignCorners }),
    build(scope, input) {
      const rank = spatialRankOf('resize', scope, input)
      if (typeof target === 'object' && target.length !== rank) {
        throw new SluiceError('shape', 'the size is for another number of axes', {
          where: placeOf('resize', scope),
          expected: `${rank}, the input's axes of space`,
          received: `${target.length}`,
        })
      }
      const along = (axis: number) =>
        axis < 3 - rank ? 1 : (numbers[typeof target === 'number' ? 0 : axis - 3 + rank] ?? 1)
      const sizes =
        size === undefined
          ? scaled(input.shape, perAxis(along))
          : { size: perAxis((axis) => along(axis)) }
      const rule = alignCorners ? ('alignCorners' as const) : ('floor' as const)
      return mode === 'nearest'
        ? scope.apply(resizeNearest, [input], { ...sizes, mode: rule })
        : scope.apply(resizeBilinear, [input], { ...sizes, alignCorners })
    },
  }
}

/** `resize` by a scale. */
export function upsample(scale: Size, options: Omit<ResizeOptions, 'size' | 'scale'> = {}): Module {
  return resize({ ...options, scale })
}

/** Sizes rounded down; where that loses something, outputs stay 1/scale apart, as in PyTorch. */
function scaled(shape: Shape, scale: Triple): { readonly size: Triple; readonly step?: Step } {
  const input = spatial(shape).size
  const size = perAxis((axis) => Math.floor(input[axis] * scale[axis]))
  if (size.every((outputs, axis) => outputs === (input[axis] ?? 1) * (scale[axis] ?? 1))) {
    return { size }
  }
  return { size, step: perAxis((axis) => 1 / scale[axis]) }
}

export const readResize: ModuleReader = (fields) => {
  const numbers = (name: 'size' | 'scale'): { readonly [option: string]: Size } => {
    if (!fields.has(name)) return {}
    const given = fields.take(name)
    const list: unknown[] = Array.isArray(given) ? given : [given]
    const fits = (number: unknown): number is number =>
      typeof number === 'number' && number > 0 && number <= 1 << 24
    const sizes = list.filter(fits)
    const [first] = sizes
    if (first === undefined || sizes.length !== list.length || sizes.length > 3) {
      throw fields.wrong(name, 'a number above 0, or up to three', given)
    }
    return { [name]: Array.isArray(given) ? sizes : first }
  }
  return resize({
    ...numbers('size'),
    ...numbers('scale'),
    mode: fields.choice('mode', modes),
    alignCorners: fields.boolean('alignCorners'),
  })
}
