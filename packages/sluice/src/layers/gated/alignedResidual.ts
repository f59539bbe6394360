import type { Scope } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import { padZeros } from '../../engine/ops/slice/slice.ts'
import { type ConvolutionPlan, planConvolution } from '../convolutionOptions.ts'
import { anchoredInput } from './anchoredInput.ts'
import { convolve } from './convolve.ts'
import type { GateAnchor } from './gateOptions.ts'

/**
 * The input as it is added to the feature inside the gate (Yu et al. 2018, STGCN): cut to the output's
 * places, and brought to its channels by a 1×1 convolution (`align.…`) when there are too many, by
 * zeros when there are too few.
 */
export function alignedResidual(
  plan: ConvolutionPlan,
  anchor: GateAnchor,
  scope: Scope,
  input: Value,
): Value {
  const { layer, rank, inChannels, outChannels } = plan
  const placed = anchoredInput(plan, anchor, scope, input)
  if (inChannels > outChannels) {
    const align = planConvolution(layer, rank, inChannels, outChannels, { kernelSize: 1 })
    return convolve(align, scope, placed, 'align.')
  }
  const missing = outChannels - inChannels
  if (missing === 0) return placed
  return scope.apply(padZeros, [placed], { axis: 1, before: 0, after: missing })
}
