import { SluiceError } from '../../../foundation/errors.ts'
import { formatShape, type Shape } from '../../../foundation/shape.ts'
import { type Pair, perAxis, spatial, type Triple } from '../convolution/geometry.ts'
import { collectTaps, type SpatialTaps } from '../resampling/axisTaps.ts'

/**
 * What stands outside the input: a constant; the input mirrored without its border (`reflect`) or
 * with it (`symmetric`); its border repeated (`replicate`); or the input again (`circular`). But for
 * `symmetric`, which is NumPy's, PyTorch's `torch.nn.functional.pad`.
 */
export type PadMode = 'constant' | 'reflect' | 'symmetric' | 'replicate' | 'circular'

export interface PadAttributes {
  /** Elements before and after each axis of space; below zero, with `constant`, to cut them off. */
  readonly padding: readonly [Pair, Pair, Pair]
  readonly mode: PadMode
  /** What `constant` fills in. */
  readonly value: number
}

/** Where position `at`, which may lie outside, is read from; undefined: nowhere. */
const readFrom: Readonly<Record<PadMode, (at: number, size: number) => number | undefined>> = {
  constant: (at, size) => (at >= 0 && at < size ? at : undefined),
  reflect: (at, size) => (at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at),
  symmetric: (at, size) => (at < 0 ? -1 - at : at >= size ? 2 * size - 1 - at : at),
  replicate: (at, size) => Math.min(Math.max(at, 0), size - 1),
  circular: (at, size) => (at + size) % size,
}

/** How far a mode may reach outside: there must be something to read. */
function reach(mode: PadMode, size: number): number {
  if (mode === 'reflect') return size - 1
  return mode === 'symmetric' || mode === 'circular' ? size : Number.POSITIVE_INFINITY
}

/** Sizes after padding. @throws SluiceError `shape` when the padding does not fit */
export function paddedSize(x: Shape, { padding, mode }: PadAttributes, where: string): Triple {
  const { size } = spatial(x)
  return perAxis((axis) => {
    const [before, after] = padding[axis]
    const most = reach(mode, size[axis])
    const least = mode === 'constant' ? Number.NEGATIVE_INFINITY : 0
    const fits = [before, after].every(
      (side) => Number.isSafeInteger(side) && side >= least && side <= most,
    )
    const axisExists = axis > 4 - x.length || (before === 0 && after === 0)
    const padded = before + size[axis] + after
    const left = mode !== 'constant' || (before + size[axis] >= 1 && after + size[axis] >= 1)
    if (fits && axisExists && left && padded >= 1) return padded
    throw new SluiceError('shape', 'the padding does not fit the input', {
      where,
      expected:
        mode === 'constant'
          ? `whole numbers that leave something of ${formatShape(x)}`
          : `whole numbers from 0${Number.isFinite(most) ? ` to ${most}` : ''} along axis ${axis - 3} of ${formatShape(x)} (${mode})`,
      received: `${before} before, ${after} after`,
      fix: 'use less padding, a larger input or another mode',
    })
  })
}

/** What each output of a padding reads. */
export function padTaps(x: Shape, { padding, mode }: PadAttributes): SpatialTaps {
  const { size } = spatial(x)
  const taps = (axis: 0 | 1 | 2) => {
    const [before, after] = padding[axis]
    return collectTaps(before + size[axis] + after, (output, add) => {
      const index = readFrom[mode](output - before, size[axis])
      if (index !== undefined) add(index, 1)
    })
  }
  return [taps(0), taps(1), taps(2)]
}
