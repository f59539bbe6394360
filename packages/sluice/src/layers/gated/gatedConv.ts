import type { Scope } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import { activation as activationOp } from '../../engine/ops/activation/activation.ts'
import type { ActivationKind } from '../../engine/ops/activation/activationKinds.ts'
import { add } from '../../engine/ops/add/add.ts'
import { gatedConv } from '../../engine/ops/gatedConvolution/gatedConv.ts'
import { gateProduct } from '../../engine/ops/gateProduct/gateProduct.ts'
import { slice } from '../../engine/ops/slice/slice.ts'
import { present } from '../../foundation/invariant.ts'
import {
  checkConvolutionInput,
  convolutionInput,
  convolutionParameters,
} from '../convolutionOptions.ts'
import type { ModuleReader } from '../description/readModule.ts'
import type { ReluFusing } from '../reluFusing.ts'
import type { SpatialRank } from '../window.ts'
import { alignedResidual } from './alignedResidual.ts'
import { convolve, type Taps } from './convolve.ts'
import {
  describeGatedConv,
  type GatedConvPlan,
  planGatedConv,
  readGatedConvOptions,
} from './gatedConvPlan.ts'
import type { GatedConvolutionOptions } from './gateOptions.ts'
import { jointTaps } from './jointTaps.ts'

/**
 * Gated convolution over `[N, inChannels, L]`: `φ(conv(x)) ⊙ γ(convGate(x))`, with φ the identity and
 * γ the sigmoid unless told otherwise (Dauphin et al. 2017; Yu et al. 2019). Parameters
 * `feature.weight`, `feature.bias`, `gate.weight`, `gate.bias`, each as PyTorch's `Conv1d` has them.
 *
 * One definition for what the field calls gated convolution: kinds of gate, orders, norms and masks
 * are options, explained in docs/gated-convolution.md. Where feature and gate are both full
 * convolutions they run as one kernel; other variants are made of several ops.
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

/** Gated convolution of any rank, for presets that exist in several. */
export function gatedConvNd(
  rank: SpatialRank,
  inChannels: number,
  outChannels: number,
  options: GatedConvolutionOptions,
): ReluFusing {
  const plan = planGatedConv(rank, inChannels, outChannels, options)
  return {
    type: plan.layer,
    describe: () => describeGatedConv(plan),
    build: (scope, input) => build(plan, scope, input, 'none'),
    buildWithRelu: (scope, input) => build(plan, scope, input, 'relu'),
  }
}

/** Makes gated convolution layers of one rank from descriptions. */
export function readGatedConv(rank: SpatialRank): ModuleReader {
  return (fields, child) => {
    const { inChannels, outChannels, options } = readGatedConvOptions(fields, child)
    return gatedConvNd(rank, inChannels, outChannels, options)
  }
}

type Rectifier = 'none' | 'relu'

/** Product, norm, activation; a ReLU at the end as early as it can be. */
function build(plan: GatedConvPlan, scope: Scope, input: Value, after: Rectifier): Value {
  const { norm, order, featureActivation } = plan
  checkConvolutionInput({ ...plan.feature, inChannels: plan.takes }, scope, input)
  const last = order === 'gateThenAct' ? featureActivation : 'none'
  if (norm === undefined && last === 'none') return product(plan, scope, input, after)
  if (norm === undefined && last === 'relu') return product(plan, scope, input, 'relu')
  const gated = product(plan, scope, input, 'none')
  const normalised = norm === undefined ? gated : scope.child('norm', norm, gated)
  return activate(scope, activate(scope, normalised, last), after)
}

/** `activation(φ(F) ⊙ γ(G))`: one op where both are full convolutions of the input. */
function product(plan: GatedConvPlan, scope: Scope, input: Value, activation: Rectifier): Value {
  const { feature, gate, order, gateActivation, featureNorm, gateNorm } = plan
  const featureActivation = order === 'gateThenAct' ? ('none' as const) : plan.featureActivation
  const attributes = { featureActivation, gateActivation, activation }
  const taps = branchTaps(plan, scope)
  if (taps.feature !== undefined && taps.gate !== undefined && runsAsOneOp(plan)) {
    const padded = convolutionInput(feature, scope, input)
    const weights = [taps.feature.weight, taps.gate.weight]
    const inputs = [padded.input, ...weights, ...taps.feature.bias, ...taps.gate.bias]
    return scope.apply(gatedConv, inputs, {
      ...padded.attributes,
      bias: feature.bias,
      ...attributes,
    })
  }
  const x = featureInput(plan, scope, input)
  let f = taps.feature === undefined ? x : convolve(feature, scope, x, taps.feature)
  if (order === 'residualThenGate') {
    f = scope.apply(add, [f, alignedResidual(feature, plan.anchor, scope, x)], {})
  }
  if (featureNorm !== undefined) f = scope.child('featureNorm', featureNorm, f)
  let g =
    'build' in gate
      ? gate.build(scope, input)
      : convolve(gate.convolution, scope, input, present(taps.gate, 'gate'))
  if (gateNorm !== undefined) g = scope.child('gateNorm', gateNorm, g)
  return scope.apply(gateProduct, [f, g], attributes)
}

function runsAsOneOp({ gateKind, order, featureNorm, gateNorm }: GatedConvPlan): boolean {
  const untouched = featureNorm === undefined && gateNorm === undefined
  return gateKind === 'full' && order !== 'residualThenGate' && untouched
}

/** Weights of the branches that are convolutions, in the order feature, gate. */
function branchTaps(
  { feature, gate, featureKind, weights, featureName, gateName }: GatedConvPlan,
  scope: Scope,
): { readonly feature: Taps | undefined; readonly gate: Taps | undefined } {
  const gateConvolution = 'convolution' in gate ? gate.convolution : undefined
  if (weights === 'joint' && gateConvolution !== undefined) {
    return jointTaps(feature, gateConvolution, scope, `${featureName}.`)
  }
  return {
    feature:
      featureKind === 'identity'
        ? undefined
        : convolutionParameters(feature, scope, `${featureName}.`),
    gate:
      gateConvolution === undefined
        ? undefined
        : convolutionParameters(gateConvolution, scope, `${gateName}.`),
  }
}

/** The channels that the feature sees: all but those of an external gate. */
function featureInput({ takes, feature }: GatedConvPlan, scope: Scope, input: Value): Value {
  const { inChannels } = feature
  if (inChannels === takes) return input
  return scope.apply(slice, [input], { axis: 1, start: 0, end: inChannels })
}

function activate(scope: Scope, value: Value, kind: ActivationKind): Value {
  return kind === 'none' ? value : scope.apply(activationOp, [value], { kind })
}
