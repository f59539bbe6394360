import type { Module } from '../../engine/graph/module.ts'
import type { ActivationKind } from '../../engine/ops/activation/activationKinds.ts'
import type { ConvolutionOptions } from '../convolutionOptions.ts'

/**
 * What the gate is computed by.
 * - `full`: a convolution like the feature's, a gate for every element (Dauphin et al. 2017)
 * - `pointwise`: a 1×1 convolution at the anchor of the feature's window
 * - `singleChannel`: a convolution with one output, which all channels share
 * - `perGroup`: a convolution with `gateChannels` outputs, each shared by a part of the channels
 * - `depthSeparable`: one filter per input channel, then a 1×1 convolution
 * - `globalPool`: a linear layer on the mean over space and time, a gate per channel and clip
 * - `external`: nothing is computed: the last `gateChannels` channels of the input are the gate
 */
export type GateKind =
  | 'full'
  | 'pointwise'
  | 'singleChannel'
  | 'perGroup'
  | 'depthSeparable'
  | 'globalPool'
  | 'external'

export const gateKinds: readonly GateKind[] = [
  'full',
  'pointwise',
  'singleChannel',
  'perGroup',
  'depthSeparable',
  'globalPool',
  'external',
]

/**
 * In which order feature F, gate G and normalisation N meet.
 * - `actThenGate`: `N(φ(F) ⊙ γ(G))`
 * - `gateThenAct`: `φ(N(F ⊙ γ(G)))`
 * - `residualThenGate`: `N(φ(F + x) ⊙ γ(G))`, the input added inside the gate
 */
export type GateOrder = 'actThenGate' | 'gateThenAct' | 'residualThenGate'

export const gateOrders: readonly GateOrder[] = ['actThenGate', 'gateThenAct', 'residualThenGate']

/** What the gate is multiplied with: a convolution of the input, or the input as it is. */
export type FeatureKind = 'convolution' | 'identity'

export const featureKinds: readonly FeatureKind[] = ['convolution', 'identity']

/** Whether feature and gate have weights of their own, or one weight with both, features first. */
export type GateWeights = 'apart' | 'joint'

export const gateWeights: readonly GateWeights[] = ['apart', 'joint']

/**
 * Which tap of the kernel stands at the output's own place, for gates and residuals that see one
 * element: the middle one, or the newest along the first axis (time) and the middle along the others.
 */
export type GateAnchor = 'centre' | 'newest'

export const gateAnchors: readonly GateAnchor[] = ['centre', 'newest']

/** Options of gated convolutions: those of plain ones, and how they are gated. */
export interface GatedConvolutionOptions extends ConvolutionOptions {
  /** φ, applied to the feature branch. Default `none`. */
  readonly featureActivation?: ActivationKind
  /** γ, applied to the gate; `none` is the identity. Default `sigmoid`. */
  readonly gateActivation?: ActivationKind
  /** Default `convolution`. */
  readonly featureKind?: FeatureKind
  /** Default `full`. */
  readonly gateKind?: GateKind
  /** How many gates there are, with `perGroup` and `external`. It divides `outChannels`. */
  readonly gateChannels?: number
  /** Default `actThenGate`. */
  readonly order?: GateOrder
  /** Normalises the feature before its activation; parameters `featureNorm.…`. */
  readonly featureNorm?: Module
  /** Normalises the gate before its activation; parameters `gateNorm.…`. */
  readonly gateNorm?: Module
  /** Normalises the product; parameters `norm.…`. */
  readonly norm?: Module
  /** Default `newest` with causal padding, else `centre`. */
  readonly anchor?: GateAnchor
  /** Default `apart`. */
  readonly weights?: GateWeights
  /**
   * What the feature branch's parameters are called. Default `feature`, for `feature.weight`, or
   * `conv` for joint weights.
   */
  readonly featureName?: string
  /** What the gate's parameters are called. Default `gate`. */
  readonly gateName?: string
}
