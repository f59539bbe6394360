import type { Scope } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import type { ActivationKind } from '../../engine/ops/activation/activationKinds.ts'
import { gatedConv } from '../../engine/ops/gatedConvolution/gatedConv.ts'
import { SluiceError } from '../../foundation/errors.ts'
import { activationNames, checkActivation } from '../activation.ts'
import {
  type ConvolutionOptions,
  checkConvolutionInput,
  convolutionParameters,
  planConvolution,
  readConvolutionOptions,
} from '../convolutionOptions.ts'
import { isModuleName } from '../description/fields.ts'
import type { ModuleReader } from '../description/readModule.ts'
import type { ReluFusing } from '../reluFusing.ts'
import type { SpatialRank } from '../window.ts'

/** Options of gated convolutions: those of plain ones, and the gate. */
export interface GatedConvolutionOptions extends ConvolutionOptions {
  /** φ, applied to the feature branch. Default `none`. */
  readonly featureActivation?: ActivationKind
  /** γ, applied to the gate. Default `sigmoid`. */
  readonly gateActivation?: ActivationKind
  /** What the feature branch's parameters are called. Default `feature`, for `feature.weight`. */
  readonly featureName?: string
  /** What the gate's parameters are called. Default `gate`. */
  readonly gateName?: string
}

/**
 * Gated convolution over `[N, inChannels, L]`: `φ(conv(x)) ⊙ γ(convGate(x))`, with φ the identity and
 * γ the sigmoid unless told otherwise (Dauphin et al. 2017; Yu et al. 2019). Both branches read the
 * same input, so they run as one kernel. Parameters `feature.weight`, `feature.bias`, `gate.weight`,
 * `gate.bias`, each as PyTorch's `Conv1d` has them.
 */
export function gatedConv1d(
  inChannels: number,
  outChannels: number,
  options: GatedConvolutionOptions,
): ReluFusing {
  return gatedConvNd(1, inChannels, outChannels, options)
}

/** Gated convolution over `[N, inChannels, H, W]`; see `gatedConv1d`. */
export function gatedConv2d(
  inChannels: number,
  outChannels: number,
  options: GatedConvolutionOptions,
): ReluFusing {
  return gatedConvNd(2, inChannels, outChannels, options)
}

/** Gated convolution over `[N, inChannels, D, H, W]`, D being time for clips; see `gatedConv1d`. */
export function gatedConv3d(
  inChannels: number,
  outChannels: number,
  options: GatedConvolutionOptions,
): ReluFusing {
  return gatedConvNd(3, inChannels, outChannels, options)
}

function gatedConvNd(
  rank: SpatialRank,
  inChannels: number,
  outChannels: number,
  options: GatedConvolutionOptions,
): ReluFusing {
  const type = `gatedConv${rank}d`
  const { featureActivation = 'none', gateActivation = 'sigmoid' } = options
  const { featureName = 'feature', gateName = 'gate' } = options
  const plan = planConvolution(type, rank, inChannels, outChannels, options)
  checkActivation(type, 'featureActivation', featureActivation)
  checkActivation(type, 'gateActivation', gateActivation)
  if (!isModuleName(featureName) || !isModuleName(gateName) || featureName === gateName) {
    throw new SluiceError('usage', 'the branches need two different names without dots', {
      where: type,
      received: `"${featureName}" and "${gateName}"`,
    })
  }
  const build = (scope: Scope, input: Value, activation: 'none' | 'relu') => {
    checkConvolutionInput(plan, scope, input)
    const feature = convolutionParameters(plan, scope, `${featureName}.`)
    const gate = convolutionParameters(plan, scope, `${gateName}.`)
    return scope.apply(
      gatedConv,
      [input, feature.weight, gate.weight, ...feature.bias, ...gate.bias],
      { ...plan.attributes, bias: plan.bias, featureActivation, gateActivation, activation },
    )
  }
  return {
    type,
    describe: () => ({
      type,
      ...plan.described,
      featureActivation,
      gateActivation,
      featureName,
      gateName,
    }),
    build: (scope, input) => build(scope, input, 'none'),
    buildWithRelu: (scope, input) => build(scope, input, 'relu'),
  }
}

/** Makes gated convolution layers of one rank from descriptions. */
export function readGatedConv(rank: SpatialRank): ModuleReader {
  return (fields) => {
    const { inChannels, outChannels, options } = readConvolutionOptions(fields)
    return gatedConvNd(rank, inChannels, outChannels, {
      ...options,
      featureActivation: fields.choice('featureActivation', activationNames),
      gateActivation: fields.choice('gateActivation', activationNames),
      featureName: fields.name('featureName'),
      gateName: fields.name('gateName'),
    })
  }
}
