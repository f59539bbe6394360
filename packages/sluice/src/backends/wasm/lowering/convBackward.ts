import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { ConvBackwardInputAttributes } from '../../../engine/ops/convolution/convBackwardInput.ts'
import type { ConvBackwardWeightAttributes } from '../../../engine/ops/convolution/convBackwardWeight.ts'
import { spatial } from '../../../engine/ops/convolution/geometry.ts'
import { present } from '../../../foundation/invariant.ts'
import {
  CONV_WEIGHT_GRADIENT,
  PACK_WEIGHTS_BACKWARD,
  REDUCE_WEIGHT_GRADIENT,
} from '../abi/kernelIds.ts'
import { StepRecorder, type WasmLoweringContext } from '../step.ts'
import { type ConvolutionGrid, chooseBlocks, geometryWords } from './blocks.ts'
import {
  type BlockTask,
  CHUNKS_WANTED,
  cutPanels,
  PARTIAL_BYTES_MAX,
  panelsOf,
} from './blockTask.ts'
import { addConvBlocks } from './convForward.ts'
import { backwardPhases, forwardGrid } from './grids.ts'
import {
  addWinogradBlocks,
  addWinogradPack,
  addWinogradWeightGradient,
  describeWinograd,
} from './winograd.ts'
import { winogradGrid } from './winogradGrid.ts'

/** Eight sums over all parts. */
const SUM_SCRATCH = 32

/** Input gradient: the block kernel over `dy`, once per phase of the stride. */
export function lowerConvBackwardInput(
  node: Node<ConvBackwardInputAttributes>,
  { exact }: WasmLoweringContext,
): Lowering {
  const { attributes } = node
  const { branches, groups } = attributes
  const weight = present(node.inputs[0], 'weight')
  const gateWeight = branches === 2 ? node.inputs[1] : undefined
  const dy = present(node.inputs[branches], 'gradient')
  const kernel = spatial(weight.shape)
  const groupOutputs = kernel.batch / groups
  const panels = panelsOf(kernel.channels, false)
  const recorder = new StepRecorder()
  const phases = backwardPhases(attributes.inputShape, weight.shape, dy.shape, branches, attributes)
  const taps = kernel.size[0] * kernel.size[1] * kernel.size[2]
  const task = {
    x: { value: dy },
    y: { value: node.outputs[0] },
    saved: 0,
    gated: false,
    relu: false,
    feature: 0,
    gate: 0,
    groupOutputs: kernel.channels,
  }
  const [first] = phases
  const problem =
    first === undefined
      ? undefined
      : winogradGrid(merged(first.grid), first.tapIndices, { streamable: false, exact })
  if (problem !== undefined) {
    const packed = addWinogradPack(recorder, problem, {
      weights: [weight, gateWeight],
      biases: [],
      bias: false,
      gated: branches === 2,
      groupOutputs,
      groupChannels: kernel.channels,
      taps,
      backward: true,
      prepared: false,
    })
    addWinogradBlocks(recorder, problem, { ...task, ...packed })
    const chosen = describeWinograd(problem)
    return recorder.finish(`convBackwardInput-f32-${chosen.kernel}`, chosen.why)
  }
  for (const { grid, tapIndices } of phases) {
    const weights = recorder.temporary(
      Math.max(1, groups * panels * tapIndices.length * groupOutputs * branches) * 32,
    )
    recorder.add(PACK_WEIGHTS_BACKWARD, groups * panels, [
      { value: weight },
      { value: gateWeight },
      weights,
      groupOutputs,
      kernel.channels,
      taps,
      panels,
      tapIndices.length,
      { table: tapIndices },
    ])
    const direct: BlockTask = { ...task, weights, biases: 0 }
    addConvBlocks(recorder, grid, direct)
  }
  const why = phases.length === 1 ? 'stride 1' : `${phases.length} phases of the stride`
  return recorder.finish('convBackwardInput-f32-direct4x8', why)
}

/** Weight gradient: a fixed number of partial sums over blocks, then their sum in order. */
export function lowerConvBackwardWeight(
  node: Node<ConvBackwardWeightAttributes>,
  { exact }: WasmLoweringContext,
): Lowering {
  const { attributes } = node
  const { branches, groups, weightShape } = attributes
  const [x, dy] = node.inputs
  const outputs = weightShape[0] ?? 1
  const groupOutputs = outputs / groups
  const dyShape = present(dy, 'gradient').shape
  const grid = forwardGrid(present(x, 'input').shape, weightShape, dyShape, attributes)
  const wishes = { streamable: false, exact, branches, weightGradient: true }
  const problem = winogradGrid(grid, [...grid.taps.keys()], wishes)
  if (problem !== undefined) {
    const recorder = new StepRecorder()
    const parts = addWinogradWeightGradient(recorder, problem, {
      x: { value: x },
      dy: { value: dy },
      outputs: node.outputs,
      branches,
      groupOutputs,
      branchOutputs: outputs,
      taps: grid.taps.length,
    })
    const { kernel, why } = describeWinograd(problem)
    return recorder.finish(`convBackwardWeight-f32-${kernel}`, `${why}, ${parts} partial sums`)
  }
  const blocks = chooseBlocks(grid)
  const total = grid.batch * blocks.count
  const panels = Math.ceil((groupOutputs * branches) / 8)
  const quarters = Math.ceil(grid.groupChannels / 4)
  const partBytes = groups * panels * quarters * grid.taps.length * 128
  const parts = Math.max(
    1,
    Math.min(total, CHUNKS_WANTED, Math.floor(PARTIAL_BYTES_MAX / partBytes)),
  )
  const { perChunk, chunks } = cutPanels(panels, parts, CHUNKS_WANTED)

  const recorder = new StepRecorder()
  const partials = recorder.temporary(parts * partBytes)
  const columns = blocks.pixels * 8
  const free = columns + blocks.pixels * 32
  // An odd number of lines between quarters keeps them off the same cache sets.
  const quarterBytes = Math.ceil((blocks.gatherPositions * 16) / 128) * 128 + 64
  recorder.add(
    CONV_WEIGHT_GRADIENT,
    parts * chunks,
    [
      { value: x },
      { value: dy },
      partials,
      parts,
      total,
      groupOutputs,
      branches,
      outputs,
      0,
      0,
      outputs * branches,
      panels,
      ...geometryWords(grid, blocks, 16, free),
      perChunk,
      chunks,
      quarterBytes,
      columns,
    ],
    { scratchBytes: free + quarters * quarterBytes },
  )
  recorder.add(
    REDUCE_WEIGHT_GRADIENT,
    groups * panels,
    [
      partials,
      parts,
      { value: node.outputs[0] },
      branches === 2 ? { value: node.outputs[1] } : 0,
      groupOutputs,
      grid.groupChannels,
      grid.taps.length,
      panels,
      groups,
    ],
    { scratchBytes: SUM_SCRATCH },
  )
  return recorder.finish(
    'convBackwardWeight-f32-direct4x8',
    `${parts} partial sums, added in order`,
  )
}

/** Feature and gate of one group lie side by side: their channels are one run. */
function merged(grid: ConvolutionGrid): ConvolutionGrid {
  if (grid.groups > 1 || grid.segments === 1) return grid
  return { ...grid, groupChannels: grid.groupChannels * grid.segments, segments: 1, segmentStep: 0 }
}
