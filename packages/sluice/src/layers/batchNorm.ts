import type { Module } from '../engine/graph/module.ts'
import { batchNorm as batchNormOp } from '../engine/ops/batchNorm/batchNorm.ts'
import { batchNormInference } from '../engine/ops/batchNorm/batchNormInference.ts'
import { updateRunning } from '../engine/ops/batchNorm/updateRunning.ts'
import { SluiceError } from '../foundation/errors.ts'
import { constantInitialiser } from '../foundation/initialiser.ts'
import { present } from '../foundation/invariant.ts'
import { elementCount, formatShape } from '../foundation/shape.ts'
import type { ModuleReader } from './description/readModule.ts'
import { numberOption } from './options.ts'

/** Options of `batchNorm`. */
export interface BatchNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number
  /** Weight of the newest batch in the running statistics. Default 0.1. */
  readonly momentum?: number
}

/**
 * Batch normalisation over all but the channel axis of `[N, C, …]` (Ioffe and Szegedy 2015), with
 * PyTorch's semantics: batch statistics in training (biased variance; the running variance is
 * unbiased), running statistics in inference. Parameters `weight`, `bias`, buffers `running_mean`,
 * `running_var`, each `[C]`; C follows from the input.
 */
export function batchNorm(options: BatchNormOptions = {}): Module {
  const { epsilon = 1e-5, momentum = 0.1 } = options
  numberOption('batchNorm', 'epsilon', epsilon, 0, 1)
  numberOption('batchNorm', 'momentum', momentum, 0, 1)
  return {
    type: 'batchNorm',
    describe: () => ({ type: 'batchNorm', epsilon, momentum }),
    build(scope, input) {
      const [, channels = 1] = input.shape
      const weight = scope.parameter('weight', [channels], constantInitialiser(1))
      const bias = scope.parameter('bias', [channels], constantInitialiser(0))
      const runningMean = scope.buffer('running_mean', [channels], constantInitialiser(0))
      const runningVariance = scope.buffer('running_var', [channels], constantInitialiser(1))
      if (scope.mode === 'inference') {
        const inputs = [input, weight, bias, runningMean, runningVariance]
        return scope.apply(batchNormInference, inputs, { epsilon })
      }
      const count = elementCount(input.shape) / channels
      if (count < 2) {
        throw new SluiceError('shape', 'one value per channel has no variance', {
          where: `${scope.path || 'model'} (batchNorm)`,
          received: formatShape(input.shape),
          fix: 'train with more clips per batch or larger clips',
        })
      }
      const [y, mean, variance] = scope.applyAll(batchNormOp, [input, weight, bias], { epsilon })
      const statistics = [present(mean, 'mean'), present(variance, 'variance')]
      scope.applyAll(updateRunning, [runningMean, runningVariance, ...statistics], {
        momentum,
        count,
      })
      return present(y, 'normalised')
    },
  }
}

export const readBatchNorm: ModuleReader = (fields) =>
  batchNorm({ epsilon: fields.number('epsilon'), momentum: fields.number('momentum') })
