import type { Module } from '../engine/graph/module.ts'
import { mean as meanOp } from '../engine/ops/sum/sum.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { ModuleReader } from './description/readModule.ts'
import { booleanOption } from './options.ts'

/** Options of `mean`. */
export interface MeanOptions {
  /** Whether the axes stay, with size 1. Default false. */
  readonly keepDims?: boolean
}

/**
 * Mean over chosen axes of `[N, C, …space]`, counted from 0, or from the end below zero, as PyTorch's
 * `mean(dim, keepdim)`. Without batch or channels, a result of three and more axes is no longer an
 * activation that convolutions take.
 */
export function mean(axes: number | readonly number[], options: MeanOptions = {}): Module {
  const { keepDims = false } = options
  const list = typeof axes === 'number' ? [axes] : axes
  booleanOption('mean', 'keepDims', keepDims)
  if (list.length === 0 || !list.every(Number.isSafeInteger)) {
    throw new SluiceError('usage', 'the axes are no whole numbers', {
      where: 'mean',
      received: JSON.stringify(axes),
    })
  }
  return {
    type: 'mean',
    describe: () => ({ type: 'mean', axes: list, keepDims }),
    build(scope, input) {
      const { length } = input.shape
      const own = list.map((axis) => (axis < 0 ? axis + length : axis))
      return scope.apply(meanOp, [input], { axes: own, keepDims })
    },
  }
}

export const readMean: ModuleReader = (fields) =>
  mean(fields.sizes('axes', -8), { keepDims: fields.boolean('keepDims') })
