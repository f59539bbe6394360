import type { Module } from '../../engine/graph/module.ts'
import type { ActivationKind } from '../../engine/ops/activation/activationKinds.ts'
import { activationNames, checkActivation } from '../activation.ts'
import type { ModuleReader } from '../description/readModule.ts'
import { gatedBy } from './gatedBy.ts'

/** What `gated` multiplies. */
export interface GatedOptions {
  /** Makes the feature from the input; without it, the input is the feature. */
  readonly feature?: Module
  /**
   * Makes the gate from the input: as large as the feature, or with a channel count that divides the
   * feature's, or with a size of 1 along axes of space that share a gate.
   */
  readonly gate: Module
  /** φ. Default `none`. */
  readonly featureActivation?: ActivationKind
  /** γ. Default `sigmoid`. */
  readonly gateActivation?: ActivationKind
}

/**
 * `φ(feature(x)) ⊙ γ(gate(x))` for any two modules, where the gate is no convolution that `gatedConv1d`,
 * `2d` or `3d` know, as in Gated-SCNN (Takikawa et al. 2019). Parameters are called `feature.…` and
 * `gate.…`.
 */
export function gated(options: GatedOptions): Module {
  const { feature, gate, featureActivation = 'none', gateActivation = 'sigmoid' } = options
  checkActivation('gated', 'featureActivation', featureActivation)
  checkActivation('gated', 'gateActivation', gateActivation)
  return {
    type: 'gated',
    describe: () => ({
      type: 'gated',
      ...(feature === undefined ? {} : { feature: feature.describe() }),
      gate: gate.describe(),
      featureActivation,
      gateActivation,
    }),
    build(scope, input) {
      const f = feature === undefined ? input : scope.child('feature', feature, input)
      const g = scope.child('gate', gate, input)
      return gatedBy(scope, f, g, featureActivation, gateActivation)
    },
  }
}

export const readGated: ModuleReader = (fields, child) =>
  gated({
    ...(fields.has('feature') ? { feature: child(fields.take('feature'), 'feature') } : {}),
    gate: child(fields.take('gate'), 'gate'),
    featureActivation: fields.choice('featureActivation', activationNames),
    gateActivation: fields.choice('gateActivation', activationNames),
  })
