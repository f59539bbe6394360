import type { Module } from '../../../engine/graph/module.ts'
import { activation } from '../../../engine/ops/activation/activation.ts'
import type { ActivationKind } from '../../../engine/ops/activation/activationKinds.ts'
import { add } from '../../../engine/ops/add/add.ts'
import { subtract } from '../../../engine/ops/subtract/subtract.ts'
import { constantInitialiser, uniformInitialiser } from '../../../foundation/initialiser.ts'
import { elementCount } from '../../../foundation/shape.ts'
import { activationNames, checkActivation } from '../../activation.ts'
import { checkConvolutionInput, planConvolution } from '../../convolutionOptions.ts'
import type { Fields } from '../../description/fields.ts'
import type { ModuleReader } from '../../description/readModule.ts'
import { numberOption } from '../../options.ts'
import type { SpatialRank } from '../../window.ts'
import { convolve } from '../convolve.ts'
import { gatedBy } from '../gatedBy.ts'

/** Options of `highway`. */
export interface HighwayOptions {
  /** Axes of space. Default 2. */
  readonly dimensions?: SpatialRank
  /** An odd number. Default 3. */
  readonly kernelSize?: number
  /** Default `relu`. */
  readonly featureActivation?: ActivationKind
  /** Where the gate's bias begins: below zero, the layer begins by passing its input. Default −2. */
  readonly gateBias?: number
}

/**
 * Highway layer (Srivastava et al. 2015) with convolutions: `T ⊙ φ(F) + (1 − T) ⊙ x`, `T = σ(G)`.
 * Parameters `feature`, `gate`.
 */
export function highway(channels: number, options: HighwayOptions = {}): Module {
  const { dimensions = 2, kernelSize = 3, featureActivation = 'relu', gateBias = -2 } = options
  checkActivation('highway', 'featureActivation', featureActivation)
  numberOption('highway', 'gateBias', gateBias, -100, 100)
  const plan = planConvolution('highway', dimensions, channels, channels, {
    kernelSize,
    padding: 'same',
  })
  const initialise = uniformInitialiser(1 / Math.sqrt(elementCount(plan.weightShape.slice(1))))
  return {
    type: 'highway',
    describe: () => ({
      type: 'highway',
      channels,
      dimensions,
      kernelSize,
      featureActivation,
      gateBias,
    }),
    build(scope, input) {
      checkConvolutionInput(plan, scope, input)
      const feature = convolve(plan, scope, input, 'feature.')
      const weight = scope.parameter('gate.weight', plan.weightShape, initialise)
      const bias = scope.parameter('gate.bias', [channels], constantInitialiser(gateBias))
      const gate = convolve(plan, scope, input, { weight, bias: [bias] })
      // T ⊙ H + (1 − T) ⊙ x = x + T ⊙ (H − x): one product instead of two.
      const active =
        featureActivation === 'none'
          ? feature
          : scope.apply(activation, [feature], { kind: featureActivation })
      const change = scope.apply(subtract, [active, input], {})
      const gated = gatedBy(scope, change, gate, 'none', 'sigmoid')
      return scope.apply(add, [gated, input], {})
    },
  }
}

export const readHighway: ModuleReader = (fields) =>
  highway(fields.whole('channels'), {
    dimensions: readRank(fields),
    kernelSize: fields.whole('kernelSize'),
    featureActivation: fields.choice('featureActivation', activationNames),
    gateBias: fields.number('gateBias'),
  })

function readRank(fields: Fields): SpatialRank {
  const rank = fields.whole('dimensions')
  if (rank === 1 || rank === 2 || rank === 3) return rank
  throw fields.wrong('dimensions', '1, 2 or 3', rank)
}
