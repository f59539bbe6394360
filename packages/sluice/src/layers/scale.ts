import type { Module } from '../engine/graph/module.ts'
import { scale as scaleOp } from '../engine/ops/scale/scale.ts'
import { SluiceError } from '../foundation/errors.ts'
import type { ModuleReader } from './description/readModule.ts'

/** `factor · x + offset` with constants, which are not trained. */
export function scale(factor: number, offset = 0): Module {
  if (!Number.isFinite(factor) || !Number.isFinite(offset)) {
    throw new SluiceError('usage', 'factor and offset must be numbers', {
      where: 'scale',
      received: `${factor} and ${offset}`,
    })
  }
  return {
    type: 'scale',
    describe: () => ({ type: 'scale', factor, offset }),
    build: (scope, input) => scope.apply(scaleOp, [input], { factor, offset }),
  }
}

export const readScale: ModuleReader = (fields) =>
  scale(fields.number('factor'), fields.number('offset'))
