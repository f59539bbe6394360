import type { Module } from '../engine/graph/module.ts'
import { dropout as dropoutOp } from '../engine/ops/dropout/dropout.ts'
import { SluiceError } from '../foundation/errors.ts'
import { hashText } from '../foundation/random.ts'
import type { ModuleReader } from './description/readModule.ts'

/**
 * In training, zeroes each element with the given probability and scales the rest by `1/(1 − p)`; in
 * inference, nothing. What is dropped is a function of the seed, the layer's path and the step.
 */
export function dropout(probability: number): Module {
  if (!(probability >= 0 && probability < 1)) {
    throw new SluiceError('usage', 'the probability must be from 0 to below 1', {
      where: 'dropout',
      received: String(probability),
    })
  }
  return {
    type: 'dropout',
    describe: () => ({ type: 'dropout', probability }),
    build(scope, input) {
      if (scope.mode === 'inference' || probability === 0) return input
      const stream = hashText(`dropout ${scope.path}`)
      return scope.apply(dropoutOp, [input, scope.step()], {
        probability,
        seed: scope.seed,
        stream,
      })
    },
  }
}

export const readDropout: ModuleReader = (fields) => dropout(fields.number('probability'))
