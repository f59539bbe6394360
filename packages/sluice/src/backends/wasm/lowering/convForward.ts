import type { Lowering, LoweringContext } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { Value } from '../../../engine/graph/value.ts'
import type { ConvAttributes } from '../../../engine/ops/convolution/conv.ts'
import type { GatedConvAttributes } from '../../../engine/ops/gatedConvolution/gatedConv.ts'
import { present } from '../../../foundation/invariant.ts'
import { CONV_BLOCK, PACK_WEIGHTS } from '../kernelIds.ts'
import { type Argument, StepRecorder } from '../step.ts'
import { activationCode } from './activationCode.ts'
import { type ConvolutionGrid, chooseBlocks, geometryWords } from './blocks.ts'
import { forwardGrid } from './grids.ts'

/** Chunks that a step should have at least, so that threads find work. */
export const CHUNKS_WANTED = 16

/** What the block kernel needs beside its geometry. */
export interface BlockTask {
  readonly x: Argument
  readonly weights: Argument
  readonly biases: Argument
  readonly y: Argument
  readonly saved: Argument
  readonly gated: boolean
  readonly relu: boolean
  readonly feature: number
  readonly gate: number
  /** Output channels of one group (of one branch). */
  readonly groupOutputs: number
}

/** Columns of 8 that a group's outputs fill: 8 channels, or 4 features with their 4 gates. */
export function panelsOf(groupOutputs: number, gated: boolean): number {
  return Math.ceil(groupOutputs / (gated ? 4 : 8))
}

/** Records the block kernel over a grid. */
export function addConvBlocks(recorder: StepRecorder, grid: ConvolutionGrid, task: BlockTask): void {
  const blocks = chooseBlocks(grid)
  const positionBytes = grid.groupChannels * grid.segments * 4
  const panels = panelsOf(task.groupOutputs, task.gated)
  const blockChunks = grid.batch * blocks.count
  const panelChunks = Math.min(panels, Math.ceil(CHUNKS_WANTED / blockChunks))
  const panelsPerChunk = Math.ceil(panels / panelChunks)
  const chunks = Math.ceil(panels / panelsPerChunk)
  const free = blocks.pixels * 8
  recorder.add(
    CONV_BLOCK,
    blockChunks * chunks,
    [
      task.x,
      task.weights,
      task.biases,
      task.y,
      task.saved,
      task.gated ? 1 : 0,
      task.relu ? 1 : 0,
      task.feature,
      task.gate,
      task.groupOutputs,
      ...geometryWords(grid, blocks, positionBytes, free),
      panels,
      panelsPerChunk,
      chunks,
    ],
    { scratchBytes: free + 128 + blocks.gatherPositions * positionBytes },
  )
}

/** Plain convolution. */
export function lowerConv(node: Node<ConvAttributes>, context: LoweringContext): Lowering {
  const [x, weight, bias] = node.inputs
  return lowerForward(node, context, { x, weights: [weight], biases: [bias] })
}

/** Gated convolution: both branches in one pass, gate and activation in registers. */
export function lowerGatedConv(node: Node<GatedConvAttributes>, context: LoweringContext): Lowering {
  const [x, weight, gateWeight, bias, gateBias] = node.inputs
  return lowerForward(node, context, { x, weights: [weight, gateWeight], biases: [bias, gateBias] })
}

interface ForwardInputs {
  readonly x: Value | undefined
  readonly weights: readonly (Value | undefined)[]
  readonly biases: readonly (Value | undefined)[]
}

function lowerForward(
  node: Node<ConvAttributes> | Node<GatedConvAttributes>,
  context: LoweringContext,
  inputs: ForwardInputs,
): Lowering {
  const { attributes } = node
  const gated = 'gateActivation' in attributes
  const x = present(inputs.x, 'input')
  const weight = present(inputs.weights[0], 'weight')
  const y = present(node.outputs[0], 'output')
  const grid = forwardGrid(x.shape, weight.shape, y.shape, attributes)
  const groupOutputs = grid.outChannels / grid.groups
  const panels = panelsOf(groupOutputs, gated)
  const recorder = new StepRecorder()
  const prepared = context.variablesAreFixed && weight.role === 'parameter'
  const packed = recorder.temporary(
    grid.groups * panels * grid.taps.length * grid.groupChannels * 32,
    prepared,
  )
  const biases = attributes.bias ? recorder.temporary(grid.groups * panels * 32, prepared) : 0
  recorder.add(
    PACK_WEIGHTS,
    grid.groups * panels,
    [
      { value: weight },
      { value: inputs.weights[1] },
      { value: inputs.biases[0] },
      { value: inputs.biases[1] },
      packed,
      biases,
      groupOutputs,
      grid.groupChannels,
      grid.taps.length,
      panels,
    ],
    { prepared },
  )
  addConvBlocks(recorder, grid, {
    x: { value: x },
    weights: packed,
    biases,
    y: { value: y },
    saved: { value: node.outputs[1] },
    gated,
    relu: attributes.activation === 'relu',
    feature: gated ? activationCode[attributes.featureActivation] : 0,
    gate: gated ? activationCode[attributes.gateActivation] : 0,
    groupOutputs,
  })
  return recorder.finish(
    gated ? 'gatedConv-f32-direct4x8' : 'conv-f32-direct4x8',
    prepared ? 'direct sum, weights packed once' : 'direct sum, weights packed every run',
  )
}
