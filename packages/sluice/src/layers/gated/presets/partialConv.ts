import type { Module } from '../../../engine/graph/module.ts'
import { add } from '../../../engine/ops/add/add.ts'
import { averagePool } from '../../../engine/ops/averagePool/averagePool.ts'
import { concat } from '../../../engine/ops/concat/concat.ts'
import { divide } from '../../../engine/ops/divide/divide.ts'
import { maxPool } from '../../../engine/ops/maxPool/maxPool.ts'
import { reshape } from '../../../engine/ops/reshape/reshape.ts'
import { scale } from '../../../engine/ops/scale/scale.ts'
import { present } from '../../../foundation/invariant.ts'
import { relu } from '../../activation.ts'
import {
  checkConvolutionInput,
  convolutionParameters,
  planConvolution,
} from '../../convolutionOptions.ts'
import type { ModuleReader } from '../../description/readModule.ts'
import { wholeOption } from '../../options.ts'
import { convolve } from '../convolve.ts'
import { gatedBy } from '../gatedBy.ts'
import { channelsOf } from './temporalShift.ts'

/** Options of `partialConv`. */
export interface PartialConvOptions {
  /** An odd number. Default 3. */
  readonly kernelSize?: number
  /** Default 1. */
  readonly stride?: number
}

/**
 * Partial convolution (Liu et al. 2018), the hard gate to which gated convolutions are compared: from
 * `[N, inChannels + 1, H, W]`, whose last channel is a mask M of ones (known) and zeros (holes), to
 * `[N, outChannels + 1, H, W]` with the new mask M′ behind:
 * `y = (W·(x ⊙ M) · k²/ΣM + b) ⊙ M′`, M′ one where anything under the window is known. Parameters
 * `weight`, `bias`.
 */
export function partialConv(
  inChannels: number,
  outChannels: number,
  options: PartialConvOptions = {},
): Module {
  const { kernelSize = 3, stride = 1 } = options
  wholeOption('partialConv', 'inChannels', inChannels)
  const padding = Math.floor(kernelSize / 2)
  const plan = planConvolution('partialConv', 2, inChannels, outChannels, {
    kernelSize,
    stride,
    padding,
  })
  const { dilation, stride: steps, padding: zeros } = plan.attributes
  const window = {
    kernelSize: [1, kernelSize, kernelSize] as const,
    stride: steps,
    padding: zeros,
  }
  const spread = planConvolution('partialConv', 2, 1, outChannels, { kernelSize: 1, bias: false })
  const least = 1 / kernelSize ** 2
  return {
    type: 'partialConv',
    describe: () => ({ type: 'partialConv', inChannels, outChannels, kernelSize, stride }),
    build(scope, input) {
      checkConvolutionInput({ ...plan, inChannels: inChannels + 1 }, scope, input)
      const mask = channelsOf(scope, input, inChannels, inChannels + 1)
      const x = channelsOf(scope, input, 0, inChannels)
      const { weight, bias: biases } = convolutionParameters(plan, scope)
      const bias = present(biases[0], 'bias')
      const known = scope.apply(maxPool, [mask], { ...window, dilation })
      const share = scope.apply(averagePool, [mask], { ...window, countIncludePad: true })
      // max(share, 1/k²): where nothing is known there is nothing to divide, and M′ is zero.
      const above = scope.apply(scale, [share], { factor: 1, offset: -least })
      const positive = relu().build(scope, above)
      const divisor = scope.apply(scale, [positive], { factor: 1, offset: least })
      const open = { ...plan, bias: false }
      const seen = gatedBy(scope, x, mask, 'none', 'none')
      const weighed = convolve(open, scope, seen, { weight, bias: [] })
      const gate = scope.apply(divide, [known, divisor], {})
      const filled = gatedBy(scope, weighed, gate, 'none', 'none')
      // b ⊙ M′ as a 1×1 convolution of the mask, whose weight is the bias.
      const column = scope.apply(reshape, [bias], { shape: [outChannels, 1, 1, 1] })
      const offset = convolve(spread, scope, known, { weight: column, bias: [] })
      const y = scope.apply(add, [filled, offset], {})
      return scope.apply(concat, [y, known], { axis: 1 })
    },
  }
}

export const readPartialConv: ModuleReader = (fields) =>
  partialConv(fields.whole('inChannels'), fields.whole('outChannels'), {
    kernelSize: fields.whole('kernelSize'),
    stride: fields.whole('stride'),
  })
