import type { Module } from '../engine/graph/module.ts'
import { linear as linearOp } from '../engine/ops/linear/linear.ts'
import { SluiceError } from '../foundation/errors.ts'
import { uniformInitialiser } from '../foundation/initialiser.ts'
import { formatShape } from '../foundation/shape.ts'
import type { ModuleReader } from './description/readModule.ts'
import { wholeOption } from './options.ts'
import {
  checkParametrisation,
  describeParametrisation,
  parametrisedWeight,
  readParametrisation,
  type WeightParametrisation,
} from './weightParametrisation.ts'

/** Options of `linear`. */
export interface LinearOptions {
  /** Default true. */
  readonly bias?: boolean
  /** Features in, if they are to be checked; otherwise they follow from the input. */
  readonly inFeatures?: number
  /** What the weight is made of; see `WeightParametrisation`. Default `none`. */
  readonly parametrisation?: WeightParametrisation
}

/**
 * Fully connected layer on `[N, F]`: `y = x·weightᵀ + bias`. Parameters `weight` `[outFeatures, F]` and
 * `bias` `[outFeatures]`, as PyTorch's `Linear`. F is read off the input when the model is built,
 * so the parameters have their sizes before any optimizer sees them.
 */
export function linear(outFeatures: number, options: LinearOptions = {}): Module {
  const { bias = true, inFeatures, parametrisation = 'none' } = options
  checkParametrisation('linear', parametrisation)
  wholeOption('linear', 'outFeatures', outFeatures)
  if (inFeatures !== undefined) wholeOption('linear', 'inFeatures', inFeatures)
  return {
    type: 'linear',
    describe: () => ({
      type: 'linear',
      outFeatures,
      ...(inFeatures === undefined ? {} : { inFeatures }),
      bias,
      ...describeParametrisation(parametrisation),
    }),
    build(scope, input) {
      const features = input.shape[1]
      const fits = inFeatures === undefined || features === inFeatures
      if (input.shape.length !== 2 || features === undefined || !fits) {
        throw new SluiceError('shape', 'the input does not fit the layer', {
          where: `${scope.path || 'model'} (linear)`,
          expected: `[batch, ${inFeatures ?? 'features'}]`,
          received: formatShape(input.shape),
          fix:
            input.shape.length === 2
              ? 'feed clips of the size that the layer was made for'
              : 'put flatten() or globalAveragePool() before it',
        })
      }
      const initialise = uniformInitialiser(1 / Math.sqrt(features))
      const shape = [outFeatures, features]
      const weight = parametrisedWeight(scope, 'weight', shape, initialise, parametrisation)
      const rest = bias ? [scope.parameter('bias', [outFeatures], initialise)] : []
      return scope.apply(linearOp, [input, weight, ...rest], { bias })
    },
  }
}

export const readLinear: ModuleReader = (fields) =>
  linear(fields.whole('outFeatures'), {
    bias: fields.boolean('bias'),
    parametrisation: readParametrisation(fields),
    ...(fields.has('inFeatures') ? { inFeatures: fields.whole('inFeatures') } : {}),
  })
