import type { Module, ModuleDescription } from '../../engine/graph/module.ts'
import type { ActivationKind } from '../../engine/ops/activation/activationKinds.ts'
import { choiceOption } from '../../foundation/choiceOption.ts'
import { SluiceError } from '../../foundation/errors.ts'
import { activationNames, checkActivation } from '../activation.ts'
import {
  type ConvolutionPlan,
  planConvolution,
  readConvolutionOptions,
} from '../convolutionOptions.ts'
import { type Fields, isModuleName } from '../description/fields.ts'
import type { ChildReader } from '../description/readModule.ts'
import type { SpatialRank } from '../window.ts'
import { type GateBranch, gateBranch } from './gateBranch.ts'
import {
  type FeatureKind,
  featureKinds,
  type GateAnchor,
  type GatedConvolutionOptions,
  type GateKind,
  type GateOrder,
  type GateWeights,
  gateAnchors,
  gateKinds,
  gateOrders,
  gateWeights,
} from './gateOptions.ts'

/** A gated convolution, checked and with its defaults filled in. */
export interface GatedConvPlan {
  readonly layer: string
  readonly feature: ConvolutionPlan
  readonly gate: GateBranch
  /** Channels that the layer takes: those of the feature, and an external gate's. */
  readonly takes: number
  readonly featureActivation: ActivationKind
  readonly gateActivation: ActivationKind
  readonly featureKind: FeatureKind
  readonly gateKind: GateKind
  readonly gateChannels: number | undefined
  readonly order: GateOrder
  readonly anchor: GateAnchor
  readonly weights: GateWeights
  readonly featureName: string
  readonly gateName: string
  readonly featureNorm: Module | undefined
  readonly gateNorm: Module | undefined
  readonly norm: Module | undefined
}

/** Checks the options of a gated convolution. @throws SluiceError `usage`, naming the option */
export function planGatedConv(
  rank: SpatialRank,
  inChannels: number,
  outChannels: number,
  options: GatedConvolutionOptions,
): GatedConvPlan {
  const layer = `gatedConv${rank}d`
  const { featureActivation = 'none', gateActivation = 'sigmoid' } = options
  const { featureKind = 'convolution', gateKind = 'full', order = 'actThenGate' } = options
  const { weights = 'apart', gateChannels, featureNorm, gateNorm, norm } = options
  const { anchor = options.padding === 'causal' ? 'newest' : 'centre' } = options
  const { featureName = weights === 'joint' ? 'conv' : 'feature', gateName = 'gate' } = options
  checkActivation(layer, 'featureActivation', featureActivation)
  checkActivation(layer, 'gateActivation', gateActivation)
  choiceOption(layer, 'featureKind', featureKind, featureKinds)
  choiceOption(layer, 'gateKind', gateKind, gateKinds)
  choiceOption(layer, 'order', order, gateOrders)
  choiceOption(layer, 'weights', weights, gateWeights)
  choiceOption(layer, 'anchor', anchor, gateAnchors)
  checkNames(layer, featureName, gateName)
  const feature = planConvolution(layer, rank, inChannels, outChannels, options)
  const gate = gateBranch(gateKind, {
    layer,
    rank,
    inChannels,
    outChannels,
    convolution: options,
    gateChannels,
    name: gateName,
    anchor,
  })
  const plan: GatedConvPlan = {
    layer,
    feature,
    gate,
    takes: inChannels + (gateKind === 'external' ? gate.channels : 0),
    featureActivation,
    gateActivation,
    featureKind,
    gateKind,
    gateChannels,
    order,
    anchor,
    weights,
    featureName,
    gateName,
    featureNorm,
    gateNorm,
    norm,
  }
  checkTogether(plan)
  return plan
}

function checkNames(layer: string, featureName: string, gateName: string): void {
  if (isModuleName(featureName) && isModuleName(gateName) && featureName !== gateName) return
  throw new SluiceError('usage', 'the branches need two different names without dots', {
    where: layer,
    received: `"${featureName}" and "${gateName}"`,
  })
}

/** Options that are fine alone and mean nothing together. */
function checkTogether(plan: GatedConvPlan): void {
  const { layer: where, feature, gate, gateKind, featureKind, order, weights } = plan
  const refuse = (message: string, fix: string): never => {
    throw new SluiceError('usage', message, { where, fix })
  }
  if (featureKind === 'identity' && feature.inChannels !== feature.outChannels) {
    refuse('an identity has as many channels as come in', 'give inChannels = outChannels')
  }
  if (featureKind === 'identity' && order === 'residualThenGate') {
    refuse('the input would be added to itself', 'use a convolution as the feature')
  }
  if (order === 'residualThenGate' && feature.attributes.stride.some((step) => step > 1)) {
    refuse('a residual inside the gate needs stride 1', 'put a pool before or after the layer')
  }
  if (feature.mask.mask !== undefined && gateKind === 'globalPool') {
    refuse('a gate from the mean of everything sees what the mask hides', 'use another gateKind')
  }
  if (feature.mask.mask === 'A' && (featureKind === 'identity' || order === 'residualThenGate')) {
    refuse('the input itself shows the place that mask A hides', 'use mask B')
  }
  if (weights === 'apart') return
  if (featureKind === 'identity' || !('convolution' in gate)) {
    refuse(
      `feature "${featureKind}" and gate "${gateKind}" have no weights in common`,
      'use weights: "apart"',
    )
  }
  if (feature.attributes.groups > 1) {
    refuse('joint weights cannot have groups, which would part features from gates', 'use "apart"')
  }
}

/** The options as plain data; what says nothing new is left out. */
export function describeGatedConv(plan: GatedConvPlan): ModuleDescription {
  const { layer, feature, gateChannels, featureNorm, gateNorm, norm } = plan
  return {
    type: layer,
    ...feature.described,
    featureActivation: plan.featureActivation,
    gateActivation: plan.gateActivation,
    featureKind: plan.featureKind,
    gateKind: plan.gateKind,
    ...(gateChannels === undefined ? {} : { gateChannels }),
    order: plan.order,
    anchor: plan.anchor,
    weights: plan.weights,
    featureName: plan.featureName,
    gateName: plan.gateName,
    ...(featureNorm === undefined ? {} : { featureNorm: featureNorm.describe() }),
    ...(gateNorm === undefined ? {} : { gateNorm: gateNorm.describe() }),
    ...(norm === undefined ? {} : { norm: norm.describe() }),
  }
}

/** Reads the options from a description. */
export function readGatedConvOptions(
  fields: Fields,
  child: ChildReader,
): {
  readonly inChannels: number
  readonly outChannels: number
  readonly options: GatedConvolutionOptions
} {
  const { inChannels, outChannels, options } = readConvolutionOptions(fields)
  const module = (name: 'featureNorm' | 'gateNorm' | 'norm') =>
    fields.has(name) ? { [name]: child(fields.take(name), name) } : {}
  return {
    inChannels,
    outChannels,
    options: {
      ...options,
      featureActivation: fields.choice('featureActivation', activationNames),
      gateActivation: fields.choice('gateActivation', activationNames),
      featureKind: fields.choice('featureKind', featureKinds),
      gateKind: fields.choice('gateKind', gateKinds),
      ...(fields.has('gateChannels') ? { gateChannels: fields.whole('gateChannels') } : {}),
      order: fields.choice('order', gateOrders),
      anchor: fields.choice('anchor', gateAnchors),
      weights: fields.choice('weights', gateWeights),
      featureName: fields.name('featureName'),
      gateName: fields.name('gateName'),
      ...module('featureNorm'),
      ...module('gateNorm'),
      ...module('norm'),
    },
  }
}
