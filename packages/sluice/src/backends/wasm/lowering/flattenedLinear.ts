import type { Lowering, PairContext } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { LinearAttributes } from '../../../engine/ops/linear/linear.ts'
import type { ReshapeAttributes } from '../../../engine/ops/reshape/reshape.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import { TO_CHANNELS_LAST } from '../abi/kernelIds.ts'
import { batchOf, channelsOf, isChannelsLast, pixelsOf } from '../layout.ts'
import { StepRecorder } from '../step.ts'
import { addLinear } from './linear.ts'
import { addTranspose } from './transpose.ts'

/**
 * Whether a flatten before a linear layer is better done to the weights: once for all runs, while the picture or
 * clip, which lies channels last, is read as it lies.
 */
export function reordersWeights(
  { inputs: [x], outputs: [flat] }: Node<ReshapeAttributes>,
  { inputs: [input, weight] }: Node<LinearAttributes>,
  { isFixed }: PairContext,
): boolean {
  if (x === undefined || flat === undefined || weight === undefined) return false
  const flattens = flat.shape.length === 2 && flat.shape[0] === batchOf(x.shape)
  return input === flat && flattens && isChannelsLast(x) && isFixed(weight)
}

/** Records a linear layer that reads channels last, with the features of its weights in that order. */
export function lowerFlattenedLinear(
  { inputs: [input] }: Node<ReshapeAttributes>,
  second: Node<LinearAttributes>,
): Lowering {
  const x = present(input, 'input')
  const weight = present(second.inputs[1], 'weight')
  const recorder = new StepRecorder()
  const reordered = recorder.temporary(elementCount(weight.shape) * 4, true)
  const rows = {
    batch: batchOf(weight.shape),
    pixels: pixelsOf(x.shape),
    channels: channelsOf(x.shape),
  }
  const once = { prepared: true }
  addTranspose(recorder, TO_CHANNELS_LAST, rows, { value: weight }, reordered, once)
  addLinear(recorder, second, { value: x }, reordered)
  return recorder.finish('linear-f32-dot', 'weights channels last, like the input, reordered once')
}
