import type { Module, Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { groupNorm as groupNormOp } from '../engine/ops/groupNorm/groupNorm.ts'
import { groupsOf } from '../engine/ops/groupNorm/groups.ts'
import { SluiceError } from '../foundation/errors.ts'
import { constantInitialiser } from '../foundation/initialiser.ts'
import { formatShape } from '../foundation/shape.ts'
import type { ModuleReader } from './description/readModule.ts'
import { booleanOption, numberOption, wholeOption } from './options.ts'

/** Options of `groupNorm` and `instanceNorm`. */
export interface GroupNormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number
  /** Whether there are a `weight` and a `bias`. Default true for groups, false for instances. */
  readonly affine?: boolean
}

/**
 * Group normalisation of `[N, C, …]` (Wu and He 2018) as PyTorch's `GroupNorm`: each sample's channels
 * fall into `groups`, and each group gets mean 0 and variance 1 over its channels and space. Batches do
 * not matter, so training and inference are the same. Parameters `weight` and `bias` `[C]`; C follows
 * from the input and must be a multiple of `groups`.
 */
export function groupNorm(groups: number, options: GroupNormOptions = {}): Module {
  const { epsilon = 1e-5, affine = true } = options
  wholeOption('groupNorm', 'groups', groups)
  numberOption('groupNorm', 'epsilon', epsilon, 0, 1)
  booleanOption('groupNorm', 'affine', affine)
  return {
    type: 'groupNorm',
    describe: () => ({ type: 'groupNorm', groups, epsilon, affine }),
    build: (scope, input) => build('groupNorm', scope, input, { groups, epsilon, affine }),
  }
}

/**
 * Instance normalisation of `[N, C, …space]` (Ulyanov et al. 2016) as PyTorch's `InstanceNorm1d`, `2d` and
 * `3d`: every channel of every sample gets mean 0 and variance 1 over space. With `affine`, parameters
 * `weight` and `bias` `[C]`. Running statistics are not kept, as PyTorch's default has it.
 */
export function instanceNorm(options: GroupNormOptions = {}): Module {
  const { epsilon = 1e-5, affine = false } = options
  numberOption('instanceNorm', 'epsilon', epsilon, 0, 1)
  booleanOption('instanceNorm', 'affine', affine)
  return {
    type: 'instanceNorm',
    describe: () => ({ type: 'instanceNorm', epsilon, affine }),
    build(scope, input) {
      const groups = input.shape[1] ?? 1
      return build('instanceNorm', scope, input, { groups, epsilon, affine })
    },
  }
}

function build(
  layer: string,
  scope: Scope,
  input: Value,
  attributes: { readonly groups: number; readonly epsilon: number; readonly affine: boolean },
): Value {
  const { groups, affine } = attributes
  const where = `${scope.path || 'model'} (${layer})`
  const { shape } = input
  const channels = shape[1] ?? 1
  if (channels % groups !== 0) {
    throw new SluiceError('shape', 'the channels do not fall into equal groups', {
      where,
      expected: `a multiple of ${groups} channels`,
      received: formatShape(shape),
      fix: 'change groups, or the channels of the layer before',
    })
  }
  if (scope.mode === 'training' && groupsOf(shape, groups).values < 2) {
    throw new SluiceError('shape', 'one value alone has no variance', {
      where,
      expected: 'at least two values of channels and space behind each statistic',
      received: `${formatShape(shape)} in ${groups} groups`,
      fix: 'take fewer groups, or normalise where there is more space',
    })
  }
  if (!affine) return scope.apply(groupNormOp, [input], attributes)
  const weight = scope.parameter('weight', [channels], constantInitialiser(1))
  const bias = scope.parameter('bias', [channels], constantInitialiser(0))
  return scope.apply(groupNormOp, [input, weight, bias], attributes)
}

export const readGroupNorm: ModuleReader = (fields) =>
  groupNorm(fields.whole('groups'), {
    epsilon: fields.number('epsilon'),
    affine: fields.boolean('affine'),
  })

export const readInstanceNorm: ModuleReader = (fields) =>
  instanceNorm({ epsilon: fields.number('epsilon'), affine: fields.boolean('affine') })
