import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { Value } from '../../../engine/graph/value.ts'
import {
  keptShape,
  type SumAttributes,
  type SumBackwardAttributes,
  summedCount,
} from '../../../engine/ops/sum/sum.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount } from '../../../foundation/shape.ts'
import { TO_CHANNELS_LAST, TO_ROW_MAJOR } from '../abi/kernelIds.ts'
import { batchOf, channelsOf, isChannelsLast, physicalAxis, pixelsOf } from '../layout.ts'
import { type Argument, StepRecorder } from '../step.ts'
import { type ReducedAxis, recordSpread, recordSum } from './reduce.ts'
import { addTranspose } from './transpose.ts'

/** The axes of a value in memory order. */
function memoryAxes(value: Value, axes: readonly number[]): ReducedAxis[] {
  return value.shape
    .map((size, axis) => ({
      size,
      summed: axes.includes(axis),
      at: physicalAxis(value, axis),
    }))
    .sort((a, b) => a.at - b.at)
}

/**
 * Summing in memory order leaves the sums as they lie with all axes kept. Where the smaller tensor,
 * having lost axes, lies in another order, they are transposed.
 */
function transposition(larger: Value, smaller: Value, axes: readonly number[]) {
  const kept = { shape: keptShape(larger.shape, axes), kind: larger.kind }
  if (!isChannelsLast(kept) || isChannelsLast(smaller)) return undefined
  return [batchOf(kept.shape), pixelsOf(kept.shape), channelsOf(kept.shape)] as const
}

function lowerReduction(node: Node<SumAttributes>, factor: number): Lowering {
  const x = present(node.inputs[0], 'input')
  const y = present(node.outputs[0], 'output')
  const { axes } = node.attributes
  const recorder = new StepRecorder()
  const turned = transposition(x, y, axes)
  const target: Argument =
    turned === undefined ? { value: y } : recorder.temporary(elementCount(y.shape) * 4)
  recordSum(recorder, { value: x }, target, memoryAxes(x, axes), factor)
  if (turned === undefined) return recorder.finish(`${node.op.name}-f32`, 'partial sums, in order')
  const [batch, pixels, channels] = turned
  addTranspose(recorder, TO_ROW_MAJOR, { batch, pixels, channels }, target, { value: y })
  return recorder.finish(`${node.op.name}-f32-transpose`, 'partial sums, then row-major')
}

export function lowerSum(node: Node<SumAttributes>): Lowering {
  return lowerReduction(node, 1)
}

export function lowerMean(node: Node<SumAttributes>): Lowering {
  const { shape } = present(node.inputs[0], 'input')
  return lowerReduction(node, 1 / summedCount(shape, node.attributes.axes))
}

export function lowerSumBackward(node: Node<SumBackwardAttributes>): Lowering {
  const dy = present(node.inputs[0], 'gradient')
  const dx = present(node.outputs[0], 'gradient')
  const { axes, factor } = node.attributes
  const recorder = new StepRecorder()
  const turned = transposition(dx, dy, axes)
  let source: Argument = { value: dy }
  if (turned !== undefined) {
    const [batch, pixels, channels] = turned
    source = recorder.temporary(elementCount(dy.shape) * 4)
    const matrices = { batch, pixels, channels }
    addTranspose(recorder, TO_CHANNELS_LAST, matrices, { value: dy }, source)
  }
  recordSpread(recorder, source, { value: dx }, memoryAxes(dx, axes), factor)
  return recorder.finish('sumBackward-f32', 'one pass over memory')
}
