import type { Scope } from '../../engine/graph/module.ts'
import type { Value } from '../../engine/graph/value.ts'
import type { Pair, WindowAttributes } from '../../engine/ops/convolution/geometry.ts'
import { pad } from '../../engine/ops/pad/pad.ts'
import type { PadMode } from '../../engine/ops/pad/padTaps.ts'
import type { ConvolutionPlan } from '../convolutionOptions.ts'
import type { GateAnchor } from './gateOptions.ts'

/**
 * The input such that element i, times the stride, is what the anchor of the kernel meets at output
 * i: cut where the convolution does not pad, padded where it pads more than the kernel reaches.
 */
export function anchoredInput(
  plan: ConvolutionPlan,
  anchor: GateAnchor,
  scope: Scope,
  input: Value,
): Value {
  const pairs = anchoredPadding(plan, anchor)
  const sides = (rule: (side: number) => number): WindowAttributes['padding'] => {
    const side = (axis: number): Pair => {
      const [before = 0, after = 0] = pairs[axis - 3 + pairs.length] ?? []
      return [rule(before), rule(after)]
    }
    return [side(0), side(1), side(2)]
  }
  const mode = plan.paddingMode === 'zeros' ? 'constant' : plan.paddingMode
  const outside = sides((side) => Math.max(0, side))
  const cut = sides((side) => Math.min(0, side))
  const apply = (value: Value, padding: WindowAttributes['padding'], rule: PadMode) =>
    padding.flat().every((side) => side === 0)
      ? value
      : scope.apply(pad, [value], { padding, mode: rule, value: 0 })
  return apply(apply(input, outside, mode), cut, 'constant')
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
