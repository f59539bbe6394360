import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { Value } from '../../../engine/graph/value.ts'
import type { ConvAttributes } from '../../../engine/ops/convolution/conv.ts'
import type { GatedConvAttributes } from '../../../engine/ops/gatedConvolution/gatedConv.ts'
import { present } from '../../../foundation/invariant.ts'
import { CONV_BLOCK, PACK_WEIGHTS } from '../abi/kernelIds.ts'
import { type Argument, StepRecorder, type WasmLoweringContext } from '../step.ts'
import { activationCode } from './activationCode.ts'
import {
  type ConvolutionGrid,
  chooseBlocks,
  geometryWords,
  mergeRuns,
  tapOffsets,
} from './blocks.ts'
import { type BlockTask, CHUNKS_WANTED, cutPanels, panelsOf, taskWords } from './blockTask.ts'
import { forwardGrid } from './grids.ts'
import { addWinogradBlocks, addWinogradPack, describeWinograd, type PackTask } from './winograd.ts'
import { type WinogradGrid, winogradGrid } from './winogradGrid.ts'

/** Records the block kernel over a grid. */
export function addConvBlocks(
  recorder: StepRecorder,
  grid: ConvolutionGrid,
  task: BlockTask,
): void {
  const blocks = chooseBlocks(grid)
  const positionBytes = grid.groupChannels * grid.segments * 4
  const panels = panelsOf(task.groupOutputs, task.gated)
  const blockChunks = grid.batch * blocks.count
  const { perChunk, chunks } = cutPanels(panels, blockChunks, CHUNKS_WANTED)
  const runs = mergeRuns(tapOffsets(grid, blocks, positionBytes), positionBytes)
  const free = blocks.pixels * 8
  recorder.add(
    CONV_BLOCK,
    blockChunks * chunks,
    [
      ...taskWords(task, grid),
      ...geometryWords(grid, blocks, positionBytes, free, runs.offsets),
      perChunk,
      chunks,
      runs.floats,
    ],
    { scratchBytes: free + 128 + blocks.gatherPositions * positionBytes },
  )
}

/** Plain convolution. */
export function lowerConv(node: Node<ConvAttributes>, context: WasmLoweringContext): Lowering {
  return lowerForward(node, context)
}

/** Gated convolution: both branches in one pass, gate and activation in registers. */
export function lowerGatedConv(
  node: Node<GatedConvAttributes>,
  context: WasmLoweringContext,
): Lowering {
  return lowerForward(node, context)
}

/** A convolution of either kind. */
export type ForwardNode = Node<ConvAttributes> | Node<GatedConvAttributes>

/** The operands of a convolution of either kind, by branch. */
export function forwardInputs(node: ForwardNode): {
  readonly x: Value
  readonly weight: Value
  readonly weights: readonly (Value | undefined)[]
  readonly biases: readonly (Value | undefined)[]
} {
  const [x, weight, second, third, fourth] = node.inputs
  const branches =
    'gateActivation' in node.attributes
      ? { weights: [weight, second], biases: [third, fourth] }
      : { weights: [weight], biases: [second] }
  return { x: present(x, 'input'), weight: present(weight, 'weight'), ...branches }
}

function lowerForward(node: ForwardNode, context: WasmLoweringContext): Lowering {
  const { x, weight } = forwardInputs(node)
  const y = present(node.outputs[0], 'output')
  const grid = forwardGrid(x.shape, weight.shape, y.shape, node.attributes)
  return lowerForwardGrid(node, x, grid, forwardWinograd(node, grid, context), context)
}

/** The convolution as one for Winograd, if that is cheaper. */
export function forwardWinograd(
  node: ForwardNode,
  grid: ConvolutionGrid,
  { exact }: Pick<WasmLoweringContext, 'exact'>,
): WinogradGrid | undefined {
  // A layer that never reads ahead of its last input frame may be streamed.
  const streamable = node.attributes.padding[0][1] === 0
  const wishes = { streamable, exact, branches: branchesOf(node) }
  return winogradGrid(grid, [...grid.taps.keys()], wishes)
}

/** Convolutions that a node does at once: two where there is a gate. */
export function branchesOf({ attributes }: ForwardNode): number {
  return 'gateActivation' in attributes ? 2 : 1
}

/** Records a convolution that reads `x`: by Winograd where there is a `problem`, else by direct sums. */
export function lowerForwardGrid(
  node: ForwardNode,
  x: Value,
  grid: ConvolutionGrid,
  problem: WinogradGrid | undefined,
  context: WasmLoweringContext,
): Lowering {
  const { attributes } = node
  const { weights, biases } = forwardInputs(node)
  const gated = 'gateActivation' in attributes
  const groupOutputs = grid.outChannels / grid.groups
  const recorder = new StepRecorder()
  const pack: PackTask = {
    weights,
    biases,
    bias: attributes.bias,
    gated,
    groupOutputs,
    groupChannels: grid.groupChannels,
    taps: grid.taps.length,
    backward: false,
    prepared: [...weights, ...biases].every(
      (value) => value === undefined || context.isFixed(value),
    ),
  }
  const packed =
    problem === undefined
      ? addPack(recorder, grid.groups, pack)
      : addWinogradPack(recorder, problem, pack)
  const task: BlockTask = {
    x: { value: x },
    ...packed,
    y: { value: node.outputs[0] },
    saved: { value: node.outputs[1] },
    gated,
    relu: attributes.activation === 'relu',
    feature: gated ? activationCode[attributes.featureActivation] : 0,
    gate: gated ? activationCode[attributes.gateActivation] : 0,
    groupOutputs,
  }
  const name = gated ? 'gatedConv' : 'conv'
  const packing = pack.prepared ? 'weights packed once' : 'weights packed every run'
  if (problem === undefined) {
    addConvBlocks(recorder, grid, task)
    return recorder.finish(`${name}-f32-direct4x8`, `direct sum, ${packing}`)
  }
  addWinogradBlocks(recorder, problem, task)
  const { kernel, why } = describeWinograd(problem)
  return recorder.finish(`${name}-f32-${kernel}`, `${why}, ${packing}`)
}

/** Packs weights for the direct kernel. */
function addPack(
  recorder: StepRecorder,
  groups: number,
  task: PackTask,
): { readonly weights: Argument; readonly biases: Argument } {
  const { groupOutputs, groupChannels, taps, prepared } = task
  const panels = panelsOf(groupOutputs, task.gated)
  const weights = recorder.temporary(groups * panels * taps * groupChannels * 32, prepared)
  const biases = task.bias ? recorder.temporary(groups * panels * 32, prepared) : 0
  recorder.add(
    PACK_WEIGHTS,
    groups * panels,
    [
      { value: task.weights[0] },
      { value: task.weights[1] },
      { value: task.biases[0] },
      { value: task.biases[1] },
      weights,
      biases,
      groupOutputs,
      groupChannels,
      taps,
      panels,
    ],
    { prepared },
  )
  return { weights, biases }
}
