import type { Module } from '../engine/graph/module.ts'
import { slice as sliceOp } from '../engine/ops/slice/slice.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { ModuleReader } from './description/readModule.ts'

/** Options of `slice`. Numbers below zero count from the end. */
export interface SliceOptions {
  /** Counted from 0: batch, channels, space. */
  readonly axis: number
  /** Default 0. */
  readonly start?: number
  /** Before which it ends. Default: the end. */
  readonly end?: number
}

/** The part from `start` to before `end` along one axis, as `x[..., start:end]`; never empty. */
export function slice({ axis, start = 0, end }: SliceOptions): Module {
  if (![axis, start, end ?? 0].every(Number.isSafeInteger)) {
    throw new SluiceError('usage', 'a slice needs whole numbers', {
      where: 'slice',
      received: JSON.stringify({ axis, start, end }),
    })
  }
  const described = { type: 'slice', axis, start, ...(end === undefined ? {} : { end }) }
  return {
    type: 'slice',
    describe: () => described,
    build(scope, input) {
      const { shape } = input
      const at = axis < 0 ? axis + shape.length : axis
      const size = shape[at] ?? 0
      const from = (place: number) => (place < 0 ? place + size : place)
      const attributes = { axis: at, start: from(start), end: from(end ?? size) }
      return scope.apply(sliceOp, [input], attributes)
    },
  }
}

const least = -(1 << 24)

export const readSlice: ModuleReader = (fields) =>
  slice({
    axis: fields.whole('axis', least),
    start: fields.whole('start', least),
    ...(fields.has('end') ? { end: fields.whole('end', least) } : {}),
  })
