import type { Module, Scope } from '../../../engine/graph/module.ts'
import type { Value } from '../../../engine/graph/value.ts'
import { add } from '../../../engine/ops/add/add.ts'
import { averagePool } from '../../../engine/ops/averagePool/averagePool.ts'
import { concat } from '../../../engine/ops/concat/concat.ts'
import { divide } from '../../../engine/ops/divide/divide.ts'
import { maxPool } from '../../../engine/ops/maxPool/maxPool.ts'
import { multiply } from '../../../engine/ops/multiply/multiply.ts'
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
 *
 * After a skip connection `inChannels` is a list: `[a, b]` takes what `branches` makes of two partial
 * convolutions, `a` channels and their mask, then `b` channels and theirs. Every channel counts with
 * its own mask, k² becomes `k²·(a + b)`.
 */
export function partialConv(
  inChannels: number | readonly number[],
  outChannels: number,
  options: PartialConvOptions = {},
): Module {
  const { kernelSize = 3, stride = 1 } = options
  const parts = typeof inChannels === 'number' ? [inChannels] : [...inChannels]
  for (const channels of parts) wholeOption('partialConv', 'inChannels', channels)
  const seenChannels = parts.reduce((sum, channels) => sum + channels, 0)
  wholeOption('partialConv', 'inChannels', seenChannels)
  const padding = Math.floor(kernelSize / 2)
  const plan = planConvolution('partialConv', 2, seenChannels, outChannels, {
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
  // The least that is not nothing: one place known in the part with the fewest channels.
  const least = Math.min(...parts) / seenChannels / kernelSize ** 2
  return {
    type: 'partialConv',
    describe: () => ({ type: 'partialConv', inChannels, outChannels, kernelSize, stride }),
    build(scope, input) {
      const expected = seenChannels + parts.length
      checkConvolutionInput({ ...plan, inChannels: expected }, scope, input)
      const { weight, bias: biases } = convolutionParameters(plan, scope)
      const bias = present(biases[0], 'bias')
      let at = 0
      const seen = parts.map((channels) => {
        const x = channelsOf(scope, input, at, at + channels)
        const mask = channelsOf(scope, input, at + channels, at + channels + 1)
        at += channels + 1
        return { x, mask, part: channels / seenChannels }
      })
      const known = anyOf(
        scope,
        seen.map(({ mask }) => scope.apply(maxPool, [mask], { ...window, dilation })),
      )
      const share = scope.apply(averagePool, [meanMask(scope, seen)], {
        ...window,
        countIncludePad: true,
      })
      // max(share, least): where nothing is known there is nothing to divide, and M′ is zero.
      const above = scope.apply(scale, [share], { factor: 1, offset: -least })
      const positive = relu().build(scope, above)
      const divisor = scope.apply(scale, [positive], { factor: 1, offset: least })
      const open = { ...plan, bias: false }
      const parted = seen.map(({ x, mask }) => gatedBy(scope, x, mask, 'none', 'none'))
      const weighed = convolve(open, scope, joined(scope, parted), { weight, bias: [] })
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

function joined(scope: Scope, values: readonly Value[]): Value {
  const [only, ...others] = values
  return others.length === 0 ? present(only, 'part') : scope.apply(concat, [...values], { axis: 1 })
}

/** The mean of the masks over all channels that they stand for. */
function meanMask(
  scope: Scope,
  parts: readonly { readonly mask: Value; readonly part: number }[],
): Value {
  return parts
    .map(({ mask, part }) =>
      part === 1 ? mask : scope.apply(scale, [mask], { factor: part, offset: 0 }),
    )
    .reduce((sum, mask) => scope.apply(add, [sum, mask], {}))
}

/** One where any of the masks is: 1 − Π(1 − M). */
function anyOf(scope: Scope, masks: readonly Value[]): Value {
  const turned = (mask: Value) => scope.apply(scale, [mask], { factor: -1, offset: 1 })
  const [only, ...others] = masks
  if (others.length === 0) return present(only, 'mask')
  return turned(masks.map(turned).reduce((a, b) => scope.apply(multiply, [a, b], {})))
}

export const readPartialConv: ModuleReader = (fields) => {
  const parts = Array.isArray(fields.take('inChannels'))
    ? fields.sizes('inChannels')
    : fields.whole('inChannels')
  return partialConv(parts, fields.whole('outChannels'), {
    kernelSize: fields.whole('kernelSize'),
    stride: fields.whole('stride'),
  })
}
