import type { Scope } from '../engine/graph/module.ts'
import type { Value } from '../engine/graph/value.ts'
import { conv } from '../engine/ops/convolution/conv.ts'
import {
  type ConvolutionOptions,
  checkConvolutionInput,
  convolutionInput,
  convolutionParameters,
  planConvolution,
  readConvolutionOptions,
} from './convolutionOptions.ts'
import type { ModuleReader } from './description/readModule.ts'
import type { ReluFusing } from './reluFusing.ts'
import type { SpatialRank } from './window.ts'

/**
 * Convolution over `[N, inChannels, L]`. Parameters `weight` `[outChannels, inChannels / groups, k]`
 * and `bias` `[outChannels]`, as PyTorch's `Conv1d`.
 */
export function conv1d(
  inChannels: number,
  outChannels: number,
  options: ConvolutionOptions,
): ReluFusing {
  return convNd(1, inChannels, outChannels, options)
}

/** Convolution over `[N, inChannels, H, W]`, as PyTorch's `Conv2d`. */
export function conv2d(
  inChannels: number,
  outChannels: number,
  options: ConvolutionOptions,
): ReluFusing {
  return convNd(2, inChannels, outChannels, options)
}

/** Convolution over `[N, inChannels, D, H, W]`, as PyTorch's `Conv3d`; D is time for clips. */
export function conv3d(
  inChannels: number,
  outChannels: number,
  options: ConvolutionOptions,
): ReluFusing {
  return convNd(3, inChannels, outChannels, options)
}

function convNd(
  rank: SpatialRank,
  inChannels: number,
  outChannels: number,
  options: ConvolutionOptions,
): ReluFusing {
  const type = `conv${rank}d`
  const plan = planConvolution(type, rank, inChannels, outChannels, options)
  const build = (scope: Scope, input: Value, activation: 'none' | 'relu') => {
    checkConvolutionInput(plan, scope, input)
    const { weight, bias } = convolutionParameters(plan, scope)
    const padded = convolutionInput(plan, scope, input)
    const attributes = { ...padded.attributes, bias: plan.bias, activation }
    return scope.apply(conv, [padded.input, weight, ...bias], attributes)
  }
  return {
    type,
    describe: () => ({ type, ...plan.described }),
    build: (scope, input) => build(scope, input, 'none'),
    buildWithRelu: (scope, input) => build(scope, input, 'relu'),
  }
}

/** Makes convolution layers of one rank from descriptions. */
export function readConv(rank: SpatialRank): ModuleReader {
  return (fields) => {
    const { inChannels, outChannels, options } = readConvolutionOptions(fields)
    return convNd(rank, inChannels, outChannels, options)
  }
}
