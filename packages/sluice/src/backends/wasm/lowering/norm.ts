import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { Value } from '../../../engine/graph/value.ts'
import type { BatchNormAttributes } from '../../../engine/ops/batchNorm/batchNormBackward.ts'
import type { UpdateRunningAttributes } from '../../../engine/ops/batchNorm/updateRunning.ts'
import type { ChannelSumAttributes } from '../../../engine/ops/convolution/channelSum.ts'
import { present } from '../../../foundation/invariant.ts'
import {
  CHANNEL_SUM_PARTIAL,
  CHANNEL_SUM_REDUCE,
  MOMENTS_PARTIAL,
  MOMENTS_REDUCE,
  NORM_BACKWARD_INPUT,
  NORM_BACKWARD_PARTIAL,
  NORM_BACKWARD_REDUCE,
  NORMALISE,
  UPDATE_RUNNING,
} from '../abi/kernelIds.ts'
import { batchOf, channelsOf, pixelsOf } from '../layout.ts'
import { type Argument, StepRecorder } from '../step.ts'
import { rowParts } from './rows.ts'

/** A tensor as rows of channels, and the parts in which the kernels walk it. */
function rowsOf(value: Value | undefined) {
  const { shape } = present(value, 'input')
  const rows = batchOf(shape) * pixelsOf(shape)
  const channels = channelsOf(shape)
  const { rows: partRows, parts } = rowParts(rows, channels)
  return { rows, channels, partRows, parts }
}

export function lowerChannelSum(node: Node<ChannelSumAttributes>): Lowering {
  const [dy] = node.inputs
  const { rows, channels, partRows, parts } = rowsOf(dy)
  const { branches } = node.attributes
  const recorder = new StepRecorder()
  const partials = recorder.temporary(parts * channels * 4)
  recorder.add(CHANNEL_SUM_PARTIAL, parts, [{ value: dy }, partials, rows, channels, partRows])
  recorder.add(CHANNEL_SUM_REDUCE, 1, [
    partials,
    parts,
    { value: node.outputs[0] },
    { value: node.outputs[1] },
    channels,
    channels / branches,
  ])
  return recorder.finish('channelSum-f32', `${parts} parts, added in order`)
}

export function lowerBatchNorm(node: Node<BatchNormAttributes>): Lowering {
  const [x, weight, bias] = node.inputs
  const [y, mean, variance] = node.outputs
  const { rows, channels, partRows, parts } = rowsOf(x)
  const recorder = new StepRecorder()
  const partials = recorder.temporary(parts * channels * 8)
  // Moments that nobody else reads still need a place for the second pass.
  const meanPlace = recorder.temporary(channels * 4)
  const variancePlace = recorder.temporary(channels * 4)
  recorder.add(MOMENTS_PARTIAL, parts, [{ value: x }, partials, rows, channels, partRows])
  recorder.add(MOMENTS_REDUCE, 1, [
    partials,
    parts,
    meanPlace,
    variancePlace,
    channels,
    rows,
    partRows,
    { value: mean },
    { value: variance },
  ])
  const moments: Argument[] = [meanPlace, variancePlace]
  addNormalise(recorder, { x, weight, bias, y }, moments, node.attributes.epsilon)
  return recorder.finish('batchNorm-f32', `${parts} parts, combined in order`, [[0, 0]])
}

export function lowerBatchNormInference(node: Node<BatchNormAttributes>): Lowering {
  const [x, weight, bias, mean, variance] = node.inputs
  const recorder = new StepRecorder()
  const moments = [{ value: mean }, { value: variance }]
  const [y] = node.outputs
  addNormalise(recorder, { x, weight, bias, y }, moments, node.attributes.epsilon)
  return recorder.finish('batchNormInference-f32', 'one pass over memory', [[0, 0]])
}

function addNormalise(
  recorder: StepRecorder,
  values: Readonly<Record<'x' | 'weight' | 'bias' | 'y', Value | undefined>>,
  moments: readonly Argument[],
  epsilon: number,
): void {
  const { rows, channels, partRows, parts } = rowsOf(values.x)
  recorder.add(NORMALISE, parts, [
    { value: values.x },
    { value: values.weight },
    { value: values.bias },
    ...moments,
    { value: values.y },
    rows,
    channels,
    partRows,
    { float: epsilon },
  ])
}

export function lowerBatchNormBackward(node: Node<BatchNormAttributes>): Lowering {
  const [x, weight, mean, variance, dy] = node.inputs
  const [dx, dWeight, dBias] = node.outputs
  const { rows, channels, partRows, parts } = rowsOf(x)
  const epsilon = { float: node.attributes.epsilon }
  const recorder = new StepRecorder()
  const partials = recorder.temporary(parts * channels * 8)
  const sums = recorder.temporary(channels * 8)
  recorder.add(NORM_BACKWARD_PARTIAL, parts, [
    { value: x },
    { value: dy },
    { value: mean },
    partials,
    rows,
    channels,
    partRows,
  ])
  recorder.add(NORM_BACKWARD_REDUCE, 1, [
    partials,
    parts,
    { value: variance },
    { value: dWeight },
    { value: dBias },
    sums,
    channels,
    epsilon,
  ])
  recorder.add(NORM_BACKWARD_INPUT, parts, [
    { value: x },
    { value: dy },
    { value: weight },
    { value: mean },
    { value: variance },
    sums,
    { value: dx },
    rows,
    channels,
    partRows,
    epsilon,
  ])
  return recorder.finish('batchNormBackward-f32', `${parts} parts, added in order`, [[0, 4]])
}

export function lowerUpdateRunning(node: Node<UpdateRunningAttributes>): Lowering {
  const [runningMean, runningVariance, mean, variance] = node.inputs
  const channels = present(mean, 'mean').shape[0] ?? 1
  const recorder = new StepRecorder()
  recorder.add(UPDATE_RUNNING, 1, [
    { value: runningMean },
    { value: runningVariance },
    { value: mean },
    { value: variance },
    channels,
    { float: node.attributes.momentum },
    node.attributes.count,
  ])
  return recorder.finish('updateRunning-f32', 'one pass over the channels')
}
