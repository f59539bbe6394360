import type { Scope } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import type { Pair } from '../../engine/ops/convolution/geometry.ts'
import { padZeros, slice } from '../../engine/ops/slice/slice.ts'
import type { ConvolutionPlan } from '../convolutionOptions.ts'
import type { GateAnchor } from './gateOptions.ts'

/**
 * The input such that element i, times the stride, is what the anchor of the kernel meets at output
 * i: cut where the convolution does not pad, with zeros where it pads more than the kernel reaches.
 */
export function anchoredInput(
  plan: ConvolutionPlan,
  anchor: GateAnchor,
  scope: Scope,
  input: Value,
): Value {
  let value = input
  anchoredPadding(plan, anchor).forEach(([before, after], index) => {
    const axis = 2 + index
    const size = value.shape[axis] ?? 1
    const start = Math.max(0, -before)
    const end = size - Math.max(0, -after)
    if (start > 0 || end < size) value = scope.apply(slice, [value], { axis, start, end })
    if (before > 0 || after > 0) {
      const zeros = { axis, before: Math.max(0, before), after: Math.max(0, after) }
      value = scope.apply(padZeros, [value], zeros)
    }
  })
  return value
}

/** What a kernel of one element at the anchor must be padded with, negative where it is cut. */
function anchoredPadding(plan: ConvolutionPlan, anchor: GateAnchor): Pair[] {
  const { padding, dilation } = plan.attributes
  const first = 3 - plan.rank
  return plan.described.kernelSize.map((taps, index) => {
    const axis = first + index
    const [before, after] = padding[axis] ?? [0, 0]
    const step = dilation[axis] ?? 1
    const tap = anchor === 'newest' && index === 0 ? taps - 1 : Math.floor((taps - 1) / 2)
    return [before - step * tap, after - step * (taps - 1 - tap)]
  })
}
