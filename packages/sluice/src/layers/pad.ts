import type { Module } from '../engine/graph/module.ts'
import type { Pair } from '../engine/ops/convolution/geometry.ts'
import { pad as padOp } from '../engine/ops/pad/pad.ts'
import type { PadMode } from '../engine/ops/pad/padTaps.ts'
import { choiceOption } from '../foundation/choiceOption.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { ModuleReader } from './description/readModule.ts'
import { placeOf, spatialRankOf } from './spatialInput.ts'

export type { PadMode }

/** One number for both sides of every axis of space, or a number or `[before, after]` per axis. */
export type Sides = number | readonly (number | Pair)[]

/** Options of `pad`. */
export interface PadOptions {
  /** Default `constant`. */
  readonly mode?: PadMode
  /** What `constant` fills in. Default 0. */
  readonly value?: number
}

const modes: readonly PadMode[] = ['constant', 'reflect', 'symmetric', 'replicate', 'circular']

/**
 * Elements around the space of `[N, C, …space]`: a constant, the input mirrored without its border
 * (`reflect`) or with it (`symmetric`), its border repeated (`replicate`) or the input again
 * (`circular`), as PyTorch's `torch.nn.functional.pad` and, for `symmetric`, NumPy's. With `constant`,
 * numbers below zero cut off.
 */
export function pad(padding: Sides, options: PadOptions = {}): Module {
  const { mode = 'constant', value = 0 } = options
  choiceOption('pad', 'mode', mode, modes)
  const sides = typeof padding === 'number' ? [padding] : padding.flat()
  const least = mode === 'constant' ? Number.NEGATIVE_INFINITY : 0
  if (!sides.every((side) => Number.isSafeInteger(side) && side >= least)) {
    throw new SluiceError('usage', 'these sides cannot be padded', {
      where: 'pad',
      expected: mode === 'constant' ? 'whole numbers' : `whole numbers from 0 for "${mode}"`,
      received: JSON.stringify(padding),
    })
  }
  if (!Number.isFinite(value)) {
    throw new SluiceError('usage', 'the value is no number', { where: 'pad', received: `${value}` })
  }
  return {
    type: 'pad',
    describe: () => ({ type: 'pad', padding, mode, value }),
    build(scope, input) {
      const rank = spatialRankOf('pad', scope, input)
      if (typeof padding !== 'number' && padding.length !== rank) {
        throw new SluiceError('shape', 'the padding is for another number of axes', {
          where: placeOf('pad', scope),
          expected: `${rank}, the input's axes of space`,
          received: `${padding.length}`,
        })
      }
      const pair = (axis: number): Pair => {
        if (axis < 3 - rank) return [0, 0]
        const own = typeof padding === 'number' ? padding : (padding[axis - 3 + rank] ?? 0)
        return typeof own === 'number' ? [own, own] : own
      }
      const padded = { padding: [pair(0), pair(1), pair(2)] as const, mode, value }
      return scope.apply(padOp, [input], padded)
    },
  }
}

export const readPad: ModuleReader = (fields) => {
  const given = fields.take('padding')
  const list: unknown[] = Array.isArray(given) ? given : [given]
  const isNumber = (side: unknown): side is number =>
    typeof side === 'number' && Math.abs(side) <= 1 << 24
  const sides = list.map((side): number | Pair => {
    if (isNumber(side)) return side
    const [before, after, ...more]: unknown[] = Array.isArray(side) ? side : []
    if (isNumber(before) && isNumber(after) && more.length === 0) return [before, after]
    throw fields.wrong('padding', 'a number, or numbers or [before, after] pairs', given)
  })
  const [first = 0] = sides
  return pad(typeof given === 'number' && typeof first === 'number' ? first : sides, {
    mode: fields.choice('mode', modes),
    value: fields.number('value'),
  })
}
