import type { Lowering, LoweringContext } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { Value } from '../../../engine/graph/value.ts'
import type { GroupNormAttributes } from '../../../engine/ops/groupNorm/groups.ts'
import type { LayerNormAttributes } from '../../../engine/ops/layerNorm/trailing.ts'
import { present } from '../../../foundation/invariant.ts'
import { elementCount, type Shape } from '../../../foundation/shape.ts'
import {
  GROUP_BACKWARD_INPUT,
  GROUP_BACKWARD_MEANS,
  GROUP_BACKWARD_SUMS,
  GROUP_MOMENTS,
  GROUP_NORMALISE,
  GROUP_STATISTICS,
  NORM_CHANNEL_GRADIENT,
  NORM_ELEMENT_GRADIENT,
  TO_CHANNELS_LAST,
  TO_ROW_MAJOR,
} from '../abi/kernelIds.ts'
import { batchOf, channelsOf, pixelsOf } from '../layout.ts'
import { type Argument, type NodeEnds, StepRecorder } from '../step.ts'
import { ceilDivide } from './chunks.ts'
import { rowParts } from './rows.ts'
import { addTranspose } from './transpose.ts'

/** A tensor as `[outer][rows][channels]` in memory order: a statistic per outer index and group. */
interface Blocks {
  readonly outer: number
  readonly rows: number
  readonly channels: number
  readonly groups: number
  /** What weight and bias stand for. */
  readonly parameters: 'channel' | 'row' | 'element'
}

function groupBlocks(x: Shape, groups: number): Blocks {
  return {
    outer: batchOf(x),
    rows: pixelsOf(x),
    channels: channelsOf(x),
    groups,
    parameters: 'channel',
  }
}

function layerBlocks(x: Shape, dimensions: number): Blocks {
  if (dimensions === x.length - 1) return { ...groupBlocks(x, 1), parameters: 'element' }
  // Statistics over space alone: one for each channel of each place outside.
  const channels = channelsOf(x)
  const rows = elementCount(x.slice(-dimensions))
  const outer = elementCount(x) / (rows * channels)
  return { outer, rows, channels, groups: channels, parameters: 'row' }
}

export function lowerGroupNorm(
  node: Node<GroupNormAttributes>,
  context: LoweringContext,
): Lowering {
  const { shape } = present(node.inputs[0], 'input')
  const blocks = groupBlocks(shape, node.attributes.groups)
  return lowerForward(node, blocks, node.attributes.epsilon, context)
}

export function lowerLayerNorm(
  node: Node<LayerNormAttributes>,
  context: LoweringContext,
): Lowering {
  const { shape } = present(node.inputs[0], 'input')
  const blocks = layerBlocks(shape, node.attributes.dimensions)
  return lowerForward(node, blocks, node.attributes.epsilon, context)
}

export function lowerGroupNormBackward(
  node: Node<GroupNormAttributes>,
  context: LoweringContext,
): Lowering {
  const { shape } = present(node.inputs[0], 'input')
  return lowerBackward(node, groupBlocks(shape, node.attributes.groups), context)
}

export function lowerLayerNormBackward(
  node: Node<LayerNormAttributes>,
  context: LoweringContext,
): Lowering {
  const { shape } = present(node.inputs[0], 'input')
  return lowerBackward(node, layerBlocks(shape, node.attributes.dimensions), context)
}

/** Words by which kernels step through weight and bias: per row, per channel. */
function parameterSteps({ parameters, channels }: Blocks): readonly [row: number, channel: number] {
  if (parameters === 'channel') return [0, 1]
  return parameters === 'row' ? [1, 0] : [channels, 1]
}

/** Whether a tensor per element lies otherwise in memory than its row-major parameter. */
function isTransposed({ parameters, rows, channels }: Blocks): boolean {
  return parameters === 'element' && rows > 1 && channels > 1
}

/** A parameter as the kernels step through it: per element in the order of the activations. */
function placeParameter(
  recorder: StepRecorder,
  value: Value | undefined,
  blocks: Blocks,
  context: LoweringContext,
): Argument {
  if (value === undefined || !isTransposed(blocks)) return { value }
  const prepared = context.isFixed(value)
  const target = recorder.temporary(blocks.rows * blocks.channels * 4, prepared)
  const matrix = { batch: 1, pixels: blocks.rows, channels: blocks.channels }
  addTranspose(recorder, TO_CHANNELS_LAST, matrix, { value }, target, { prepared })
  return target
}

function lowerForward(
  node: NodeEnds,
  blocks: Blocks,
  epsilon: number,
  context: LoweringContext,
): Lowering {
  const [x, weight, bias] = node.inputs
  const [y, mean, inverseDeviation] = node.outputs
  const { outer, rows, channels, groups } = blocks
  const { rows: partRows, parts } = rowParts(rows, channels)
  const recorder = new StepRecorder()
  const weights = placeParameter(recorder, weight, blocks, context)
  const biases = placeParameter(recorder, bias, blocks, context)
  const partials = recorder.temporary(outer * parts * groups * 16)
  const statistics = recorder.temporary(outer * groups * 12)
  const cut = [partRows, parts]
  recorder.add(GROUP_MOMENTS, outer * parts, [
    { value: x },
    partials,
    rows,
    channels,
    groups,
    ...cut,
  ])
  recorder.add(GROUP_STATISTICS, outer, [
    { value: x },
    partials,
    statistics,
    { value: mean },
    { value: inverseDeviation },
    rows,
    channels,
    groups,
    parts,
    { double: epsilon },
  ])
  const normalise: Argument[] = [
    { value: x },
    statistics,
    weights,
    biases,
    { value: y },
    rows,
    channels,
    groups,
    ...cut,
    ...parameterSteps(blocks),
  ]
  if (y !== undefined && context.isUsed(y)) {
    recorder.add(GROUP_NORMALISE, outer * parts, normalise)
  }
  const why = `${outer * groups} statistics of ${(rows * channels) / groups} values, in ${parts} parts`
  return recorder.finish(`${node.op.name}-f32`, why, [[0, 0]])
}

function lowerBackward(node: NodeEnds, blocks: Blocks, context: LoweringContext): Lowering {
  const [x, mean, inverseDeviation, dy, weight] = node.inputs
  const [dx, dWeight, dBias] = node.outputs
  const { outer, rows, channels, groups } = blocks
  const { rows: partRows, parts } = rowParts(rows, channels)
  const isUsed = (value: Value | undefined) => value !== undefined && context.isUsed(value)
  const perChannel = blocks.parameters === 'channel'
  const wantsParameters = isUsed(dWeight) || isUsed(dBias)
  const recorder = new StepRecorder()
  const weights = placeParameter(recorder, weight, blocks, context)
  const ends = [{ value: x }, { value: mean }, { value: inverseDeviation }, { value: dy }]
  const cut = [rows, channels, groups, partRows, parts, ...parameterSteps(blocks)]
  const partials = recorder.temporary(outer * parts * groups * 16)
  const channelSums =
    perChannel && wantsParameters ? recorder.temporary(outer * parts * channels * 16) : 0
  if (isUsed(dx) || perChannel) {
    const args = [...ends, weights, partials, channelSums, ...cut]
    recorder.add(GROUP_BACKWARD_SUMS, outer * parts, args)
  }
  if (channelSums !== 0) {
    recorder.add(NORM_CHANNEL_GRADIENT, ceilDivide(channels, 64), [
      channelSums,
      outer * parts,
      { value: dWeight },
      { value: dBias },
      channels,
      64,
    ])
  } else if (wantsParameters) {
    addElementGradient(recorder, node, ends, blocks, isUsed)
  }
  // Last, because dx may stand where dy or x stood.
  if (isUsed(dx)) {
    const means = recorder.temporary(outer * groups * 8)
    const values = (rows * channels) / groups
    recorder.add(GROUP_BACKWARD_MEANS, outer, [partials, means, groups, parts, values])
    const args = [...ends, weights, means, { value: dx }, ...cut]
    recorder.add(GROUP_BACKWARD_INPUT, outer * parts, args)
  }
  const why = `${outer * groups} statistics, ${parts} parts added in order`
  return recorder.finish(`${node.op.name}-f32`, why, [
    [0, 3],
    [0, 0],
  ])
}

/** Gradients of weights per row or per element, turned back to row-major order where it differs. */
function addElementGradient(
  recorder: StepRecorder,
  node: NodeEnds,
  ends: readonly Argument[],
  blocks: Blocks,
  isUsed: (value: Value | undefined) => boolean,
): void {
  const [, dWeight, dBias] = node.outputs
  const { outer, rows, channels, groups } = blocks
  const turned = isTransposed(blocks)
  const place = (value: Value | undefined): Argument =>
    turned && isUsed(value) ? recorder.temporary(rows * channels * 4) : { value }
  const weightPlace = place(dWeight)
  const biasPlace = place(dBias)
  const { rows: chunkRows, parts } = rowParts(rows, channels)
  recorder.add(NORM_ELEMENT_GRADIENT, parts, [
    ...ends,
    weightPlace,
    biasPlace,
    outer,
    rows,
    channels,
    groups,
    chunkRows,
    blocks.parameters === 'element' ? 1 : 0,
  ])
  if (!turned) return
  for (const [from, value] of [
    [weightPlace, dWeight],
    [biasPlace, dBias],
  ] as const) {
    const matrix = { batch: 1, pixels: rows, channels }
    if (isUsed(value)) addTranspose(recorder, TO_ROW_MAJOR, matrix, from, { value })
  }
}
