import type { Module } from '../engine/graph/module.ts'
import { layerNorm as layerNormOp } from '../engine/ops/layerNorm/layerNorm.ts'
import { SluiceError } from '../foundation/errors.ts'
import { constantInitialiser } from '../foundation/initialiser.ts'
import { formatShape, sameShape } from '../foundation/shape.ts'
import type { ModuleReader } from './description/readModule.ts'
import { booleanOption, numberOption, wholeOption } from './options.ts'

/** Options of `layerNorm`. */
export interface LayerNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number
  /** Whether there are a `weight` and a `bias`. Default true. */
  readonly affine?: boolean
}

/**
 * Layer normalisation (Ba, Kiros and Hinton 2016) as PyTorch's `LayerNorm`: the trailing dimensions of
 * the input, which must be `normalizedShape`, get mean 0 and variance 1 together: `[C, H, W]` of
 * `[N, C, H, W]`, or `F` of `[N, F]`. Parameters `weight` and `bias` of that shape.
 */
export function layerNorm(
  normalizedShape: number | readonly number[],
  options: LayerNormOptions = {},
): Module {
  const { epsilon = 1e-5, affine = true } = options
  const sizes = typeof normalizedShape === 'number' ? [normalizedShape] : [...normalizedShape]
  for (const size of sizes) wholeOption('layerNorm', 'normalizedShape', size)
  if (sizes.length === 0) {
    throw new SluiceError('usage', 'normalizedShape needs at least one size', {
      where: 'layerNorm',
    })
  }
  numberOption('layerNorm', 'epsilon', epsilon, 0, 1)
  booleanOption('layerNorm', 'affine', affine)
  return {
    type: 'layerNorm',
    describe: () => ({ type: 'layerNorm', normalizedShape: sizes, epsilon, affine }),
    build(scope, input) {
      const { shape } = input
      const dimensions = sizes.length
      if (dimensions >= shape.length || !sameShape(shape.slice(-dimensions), sizes)) {
        throw new SluiceError('shape', 'the input does not end in normalizedShape', {
          where: `${scope.path || 'model'} (layerNorm)`,
          expected: `[batch, …, ${sizes.join(', ')}]`,
          received: formatShape(shape),
          fix: 'feed inputs of the size that the layer was made for, or take groupNorm(1)',
        })
      }
      const attributes = { dimensions, epsilon, affine }
      if (!affine) return scope.apply(layerNormOp, [input], attributes)
      const weight = scope.parameter('weight', sizes, constantInitialiser(1))
      const bias = scope.parameter('bias', sizes, constantInitialiser(0))
      return scope.apply(layerNormOp, [input, weight, bias], attributes)
    },
  }
}

export const readLayerNorm: ModuleReader = (fields) =>
  layerNorm(fields.sizes('normalizedShape'), {
    epsilon: fields.number('epsilon'),
    affine: fields.boolean('affine'),
  })
