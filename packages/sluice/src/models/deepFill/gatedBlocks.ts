import type { Module } from '../../engine/graph/module.ts'
import { tanh } from '../../layers/activation.ts'
import { conv2d } from '../../layers/conv.ts'
import { gatedConv2d } from '../../layers/gated/gatedConv.ts'
import { upsample } from '../../layers/resize.ts'
import { sequential } from '../../layers/sequential.ts'
import type { DeepFillPadding } from './deepFillOptions.ts'

/** What differs between the gated convolutions of the network. */
export interface BlockOptions {
  /** Default 3. */
  readonly kernelSize?: number
  /** Default 1. */
  readonly stride?: number
  /** Default 1. */
  readonly dilation?: number
  /** Default `elu`. */
  readonly featureActivation?: 'elu' | 'relu'
}

/** Makes the blocks of one network, which all pad in one way. */
export interface GatedBlocks {
  /** `elu(F) ⊙ σ(G)`, F and G the halves of one convolution `conv` with twice as many outputs. */
  gated(inChannels: number, outChannels: number, options?: BlockOptions): Module
  /** Half the size, then a second convolution: `conv1_downsample` and `conv2`. */
  down(inChannels: number, hidden: number, outChannels: number): Module
  /** Every element twice along both axes, then two convolutions: `conv1_upsample.conv` and `conv2`. */
  up(inChannels: number, hidden: number, outChannels: number): Module
  /** Colours from −1 to 1, without a gate: `conv` and a tanh. */
  rgb(inChannels: number): Module
}

/** The blocks, with the names that their parameters have in PyTorch. */
export function gatedBlocks(padding: DeepFillPadding): GatedBlocks {
  const gated: GatedBlocks['gated'] = (inChannels, outChannels, options = {}) => {
    const { kernelSize = 3, stride = 1, dilation = 1, featureActivation = 'elu' } = options
    return gatedConv2d(inChannels, outChannels, {
      ...{ kernelSize, stride, dilation, featureActivation, weights: 'joint' },
      padding: zeros(padding, dilation * (kernelSize - 1), stride),
    })
  }
  return {
    gated,
    down: (inChannels, hidden, outChannels) =>
      sequential({
        conv1_downsample: gated(inChannels, hidden, { stride: 2 }),
        conv2: gated(hidden, outChannels),
      }),
    up: (inChannels, hidden, outChannels) =>
      sequential({
        conv1_upsample: sequential({ twice: upsample(2), conv: gated(inChannels, hidden) }),
        conv2: gated(hidden, outChannels),
      }),
    rgb: (inChannels) =>
      sequential({ conv: conv2d(inChannels, 3, { kernelSize: 3, padding: 1 }), tanh: tanh() }),
  }
}

/** Zeros around a picture of even size, for a kernel that reaches so far. */
function zeros(padding: DeepFillPadding, reach: number, stride: number) {
  if (padding === 'symmetric') return reach / 2
  const needed = reach + 1 - stride
  const before = Math.floor(needed / 2)
  const pair = [before, needed - before] as const
  return [pair, pair]
}
