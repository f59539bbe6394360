import type { ActivationKind } from '../../../engine/ops/activation/activationKinds.ts'
import { batchNorm } from '../../batchNorm.ts'
import type { ReluFusing } from '../../reluFusing.ts'
import type { Size } from '../../window.ts'
import { gatedConv2d, gatedConv3d } from '../gatedConv.ts'

/** Options of gated layers for pictures: the size of their windows. */
export interface ImageGateOptions {
  /** Default 3. */
  readonly kernelSize?: number
  /** Default 1. */
  readonly stride?: number
  /** Default 1. */
  readonly dilation?: number
  /** φ. Default as in the paper. */
  readonly featureActivation?: ActivationKind
}

/** Window and the padding that keeps the size: `dilation·(kernelSize − 1)/2` on both sides. */
function centred({ kernelSize = 3, stride = 1, dilation = 1 }: ImageGateOptions) {
  return { kernelSize, stride, dilation, padding: Math.floor((dilation * (kernelSize - 1)) / 2) }
}

/**
 * `elu(F) ⊙ σ(G)` of DeepFill v2 (Yu et al. 2019). One convolution `conv` makes feature and gate,
 * features first. Its zeros lie evenly around the picture.
 */
export function deepfill(
  inChannels: number,
  outChannels: number,
  options: ImageGateOptions = {},
): ReluFusing {
  const { featureActivation = 'elu' } = options
  const joint = { weights: 'joint', featureActivation } as const
  return gatedConv2d(inChannels, outChannels, { ...centred(options), ...joint })
}

/** Options of `lightweight`. */
export interface LightweightOptions extends ImageGateOptions {
  /** Which of the paper's three gates; default `singleChannel` (LWGC-sc). */
  readonly gate?: 'singleChannel' | 'pointwise' | 'depthSeparable'
}

/**
 * Lightweight gated convolution of HiFill (Yi et al. 2020), `elu(F) ⊙ σ(G)` with a cheaper gate: one
 * channel for all (LWGC-sc), a 1×1 convolution (LWGC-pw) or a depth-separable one (LWGC-ds).
 */
export function lightweight(
  inChannels: number,
  outChannels: number,
  options: LightweightOptions = {},
): ReluFusing {
  const { gate = 'singleChannel', featureActivation = 'elu' } = options
  return gatedConv2d(inChannels, outChannels, {
    ...centred(options),
    gateKind: gate,
    featureActivation,
  })
}

/** `relu(BN(F)) ⊙ σ(G)` with a gate of one channel: ExtraNet (Guo et al. 2021). */
export function extraNet(
  inChannels: number,
  outChannels: number,
  options: ImageGateOptions = {},
): ReluFusing {
  const { featureActivation = 'relu' } = options
  return gatedConv2d(inChannels, outChannels, {
    ...centred(options),
    gateKind: 'singleChannel',
    featureActivation,
    featureNorm: batchNorm(),
  })
}

/**
 * `φ(F) ⊙ σ(G)` of onion-peel networks (Oh et al. 2019), with their names `input_conv` and
 * `gating_conv`; φ is leaky ReLU with slope 0.2 unless told otherwise.
 */
export function onionPeel(
  inChannels: number,
  outChannels: number,
  options: ImageGateOptions = {},
): ReluFusing {
  const { featureActivation = 'leakyRelu02' } = options
  return gatedConv2d(inChannels, outChannels, {
    ...centred(options),
    featureActivation,
    featureName: 'input_conv',
    gateName: 'gating_conv',
  })
}

/** Options of gated layers for videos; sizes are one for all axes, or time, height, width. */
export interface VideoGateOptions {
  /** Default 3. */
  readonly kernelSize?: Size
  /** Default 1. */
  readonly stride?: Size
  /** Default 1. */
  readonly dilation?: Size
}

/**
 * `BN(lrelu(F) ⊙ σ(G))` in 3-D of free-form video inpainting (Chang et al. 2019), slope 0.2, spectral
 * normalisation of both weights; names `featureConv`, `gatingConv` and `norm`.
 */
export function freeFormVideo(
  inChannels: number,
  outChannels: number,
  options: VideoGateOptions = {},
): ReluFusing {
  return gatedConv3d(inChannels, outChannels, {
    kernelSize: 3,
    ...options,
    padding: 'same',
    parametrisation: 'spectralNorm',
    featureActivation: 'leakyRelu02',
    norm: batchNorm(),
    featureName: 'featureConv',
    gateName: 'gatingConv',
  })
}

/** `relu(F) ⊙ σ(G)` in 3-D without bias, one convolution for both: VINet (Kim et al. 2019). */
export function vinet(
  inChannels: number,
  outChannels: number,
  options: VideoGateOptions = {},
): ReluFusing {
  return gatedConv3d(inChannels, outChannels, {
    kernelSize: 3,
    ...options,
    padding: 'same',
    bias: false,
    weights: 'joint',
    featureActivation: 'relu',
  })
}
