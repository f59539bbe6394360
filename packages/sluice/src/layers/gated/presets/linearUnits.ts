import type { ActivationKind } from '../../../engine/ops/activation/activationKinds.ts'
import type { ReluFusing } from '../../reluFusing.ts'
import type { WeightParametrisation } from '../../weightParametrisation.ts'
import type { Size, SpatialRank } from '../../window.ts'
import { gatedConvNd } from '../gatedConv.ts'

/** Options of the gated linear units. */
export interface LinearUnitOptions {
  /** 1 for sequences `[N, C, L]`, 2 or 3 for more axes, of which the first is time. Default 1. */
  readonly dimensions?: SpatialRank
  readonly kernelSize?: Size
  /** Distance between the kernel's taps. Default 1. */
  readonly dilation?: Size
  /** Whether an output sees only what came before; otherwise it sees both sides. Default true. */
  readonly causal?: boolean
  readonly bias?: boolean
  /** What the weights are made of, as for convolutions. */
  readonly parametrisation?: WeightParametrisation
}

/**
 * Gated linear unit `F ⊙ σ(G)` of GCNN-LM (Dauphin et al. 2017): causal, kernel 4, weight
 * normalisation. One convolution `conv` makes feature and gate, features first, as `F.glu` splits it.
 */
export function glu(
  inChannels: number,
  outChannels: number,
  options: LinearUnitOptions = {},
): ReluFusing {
  const causal = { kernelSize: 4, parametrisation: 'weightNorm' as const, ...options }
  return linearUnit(inChannels, outChannels, 'none', 'sigmoid', causal)
}

/** `glu` that sees both sides, kernel 3: an encoder's block in ConvS2S (Gehring et al. 2017). */
export function convS2S(
  inChannels: number,
  outChannels: number,
  options: LinearUnitOptions = {},
): ReluFusing {
  return glu(inChannels, outChannels, { kernelSize: 3, causal: false, ...options })
}

/** Gated tanh unit `tanh(F) ⊙ σ(G)`, to which Dauphin et al. (2017) compare theirs. */
export function gtu(
  inChannels: number,
  outChannels: number,
  options: LinearUnitOptions = {},
): ReluFusing {
  const causal = { kernelSize: 4, parametrisation: 'weightNorm' as const, ...options }
  return linearUnit(inChannels, outChannels, 'tanh', 'sigmoid', causal)
}

/** `F ⊙ G` without a function on either, kernel 1, no bias (Shazeer 2020). */
export function bilinear(
  inChannels: number,
  outChannels: number,
  options: LinearUnitOptions = {},
): ReluFusing {
  return pointUnit(inChannels, outChannels, 'none', options)
}

/** `F ⊙ relu(G)`, kernel 1, no bias (Shazeer 2020). */
export function reglu(
  inChannels: number,
  outChannels: number,
  options: LinearUnitOptions = {},
): ReluFusing {
  return pointUnit(inChannels, outChannels, 'relu', options)
}

/** `F ⊙ gelu(G)`, kernel 1, no bias (Shazeer 2020). */
export function geglu(
  inChannels: number,
  outChannels: number,
  options: LinearUnitOptions = {},
): ReluFusing {
  return pointUnit(inChannels, outChannels, 'gelu', options)
}

/** `F ⊙ silu(G)`, kernel 1, no bias (Shazeer 2020). */
export function swiglu(
  inChannels: number,
  outChannels: number,
  options: LinearUnitOptions = {},
): ReluFusing {
  return pointUnit(inChannels, outChannels, 'silu', options)
}

function pointUnit(
  inChannels: number,
  outChannels: number,
  gateActivation: ActivationKind,
  options: LinearUnitOptions,
): ReluFusing {
  const point = { kernelSize: 1, bias: false, ...options }
  return linearUnit(inChannels, outChannels, 'none', gateActivation, point)
}

function linearUnit(
  inChannels: number,
  outChannels: number,
  featureActivation: ActivationKind,
  gateActivation: ActivationKind,
  options: LinearUnitOptions & { readonly kernelSize: Size },
): ReluFusing {
  const { dimensions = 1, causal = true, ...convolution } = options
  return gatedConvNd(dimensions, inChannels, outChannels, {
    ...convolution,
    padding: causal ? 'causal' : 'same',
    weights: 'joint',
    featureActivation,
    gateActivation,
  })
}
