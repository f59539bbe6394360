import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { Value } from '../../../engine/graph/value.ts'
import type { ConvAttributes } from '../../../engine/ops/convolution/conv.ts'
import type { ConvBackwardInputAttributes } from '../../../engine/ops/convolution/convBackwardInput.ts'
import type { GatedConvAttributes } from '../../../engine/ops/gatedConvolution/gatedConv.ts'
import { present } from '../../../foundation/invariant.ts'
import { DEPTHWISE_BLOCK, DEPTHWISE_PACK } from '../abi/kernelIds.ts'
import { type Argument, StepRecorder, type WasmLoweringContext } from '../step.ts'
import { activationCode } from './activationCode.ts'
import {
  type Blocks,
  type ConvolutionGrid,
  chooseBlocks,
  geometryWords,
  tapOffsets,
} from './blocks.ts'
import { type BlockTask, CHUNKS_WANTED, cutPanels, panelsOf, taskWords } from './blockTask.ts'
import { type ColumnTable, columnTable } from './depthwiseColumns.ts'
import { backwardPhases, forwardGrid } from './grids.ts'

/** Sums of 32 pixels on their way out; see `kernels/depthwise.ts`. */
const SUM_BYTES = 1024

/**
 * Whether each group has one input channel and so few outputs that the columns of the general kernel
 * would stay empty.
 */
export function isDepthwise(weightShape: readonly number[], groups: number): boolean {
  const [outputs = 0, groupChannels] = weightShape
  return groups > 1 && groupChannels === 1 && outputs / groups < 8
}

/** Plain depthwise convolution. */
export function lowerDepthwiseConv(
  node: Node<ConvAttributes>,
  context: WasmLoweringContext,
): Lowering {
  const [x, weight, bias] = node.inputs
  return lowerForward(node, context, x, [weight], [bias])
}

/** Gated depthwise convolution: both branches in one pass, gate and activation in registers. */
export function lowerDepthwiseGatedConv(
  node: Node<GatedConvAttributes>,
  context: WasmLoweringContext,
): Lowering {
  const [x, weight, gateWeight, bias, gateBias] = node.inputs
  return lowerForward(node, context, x, [weight, gateWeight], [bias, gateBias])
}

function lowerForward(
  node: Node<ConvAttributes> | Node<GatedConvAttributes>,
  context: WasmLoweringContext,
  input: Value | undefined,
  weights: readonly (Value | undefined)[],
  biases: readonly (Value | undefined)[],
): Lowering {
  const { attributes } = node
  const gated = 'gateActivation' in attributes
  const x = present(input, 'input')
  const weight = present(weights[0], 'weight')
  const grid = forwardGrid(x.shape, weight.shape, present(node.outputs[0], 'y').shape, attributes)
  const multiplier = grid.outChannels / grid.groups
  const perPanel = gated ? 4 : 8
  const table = columnTable(panelsOf(grid.outChannels, gated), 1, (panel, _, lane) => {
    const row = panel * perPanel + (lane % perPanel)
    if (row >= grid.outChannels) return undefined
    return { row, gate: lane >= perPanel, channel: Math.floor(row / multiplier) }
  })
  const recorder = new StepRecorder()
  const prepared = [...weights, ...biases].every(
    (value) => value === undefined || context.isFixed(value),
  )
  const task: BlockTask = {
    x: { value: x },
    ...addPack(recorder, table, {
      weights,
      biases: attributes.bias ? biases : [],
      taps: grid.taps.length,
      tapIndices: Uint32Array.from(grid.taps.keys()),
      prepared,
    }),
    y: { value: node.outputs[0] },
    saved: { value: node.outputs[1] },
    gated,
    relu: attributes.activation === 'relu',
    feature: gated ? activationCode[attributes.featureActivation] : 0,
    gate: gated ? activationCode[attributes.gateActivation] : 0,
    groupOutputs: grid.outChannels,
  }
  addBlocks(recorder, grid, table, task)
  const packing = prepared ? 'weights packed once' : 'weights packed every run'
  return recorder.finish(
    `${gated ? 'gatedConv' : 'conv'}-f32-depthwise4x8`,
    `one input channel a group, ${packing}`,
  )
}

/** Input gradient: once per phase of the stride, the outputs of a channel as terms of its sum. */
export function lowerDepthwiseBackwardInput(node: Node<ConvBackwardInputAttributes>): Lowering {
  const { attributes, inputs } = node
  const { branches, groups, inputShape } = attributes
  const weight = present(inputs[0], 'weight')
  const dy = present(inputs[branches], 'gradient')
  const outputs = weight.shape[0] ?? 1
  const multiplier = outputs / groups
  const table = columnTable(panelsOf(groups, false), branches * multiplier, (panel, term, lane) => {
    const channel = panel * 8 + lane
    if (channel >= groups) return undefined
    const gate = term >= multiplier
    const row = channel * multiplier + (term % multiplier)
    return { row, gate, channel: row + (gate ? outputs : 0) }
  })
  const recorder = new StepRecorder()
  const phases = backwardPhases(inputShape, weight.shape, dy.shape, branches, attributes)
  const taps = weight.shape.slice(2).reduce((product, size) => product * size, 1)
  for (const { grid, tapIndices } of phases) {
    const weights = [weight, branches === 2 ? inputs[1] : undefined]
    const pack = { weights, biases: [], taps, tapIndices, prepared: false }
    addBlocks(recorder, grid, table, {
      x: { value: dy },
      ...addPack(recorder, table, pack),
      y: { value: node.outputs[0] },
      saved: 0,
      gated: false,
      relu: false,
      feature: 0,
      gate: 0,
      groupOutputs: groups,
    })
  }
  const why = phases.length === 1 ? 'stride 1' : `${phases.length} phases of the stride`
  return recorder.finish('convBackwardInput-f32-depthwise4x8', `one input channel a group, ${why}`)
}

interface PackTask {
  readonly weights: readonly (Value | undefined)[]
  /** Empty: none. */
  readonly biases: readonly (Value | undefined)[]
  readonly taps: number
  readonly tapIndices: Uint32Array
  readonly prepared: boolean
}

function addPack(
  recorder: StepRecorder,
  { panels, terms, rows }: ColumnTable,
  { weights: [weight, gateWeight], biases, taps, tapIndices, prepared }: PackTask,
): { readonly weights: Argument; readonly biases: Argument } {
  const [bias, gateBias] = biases
  const weights = recorder.temporary(Math.max(1, panels * tapIndices.length * terms) * 32, prepared)
  const packed = bias === undefined ? 0 : recorder.temporary(panels * 32, prepared)
  recorder.add(
    DEPTHWISE_PACK,
    panels,
    [
      { value: weight },
      { value: gateWeight },
      { value: bias },
      { value: gateBias },
      weights,
      packed,
      { table: rows },
      terms,
      taps,
      tapIndices.length,
      { table: tapIndices },
    ],
    { prepared },
  )
  return { weights, biases: packed }
}

function addBlocks(
  recorder: StepRecorder,
  grid: ConvolutionGrid,
  table: ColumnTable,
  task: BlockTask,
): void {
  const blocks = chooseBlocks(grid)
  const blockChunks = grid.batch * blocks.count
  const { perChunk, chunks } = cutPanels(table.panels, blockChunks, CHUNKS_WANTED)
  const free = blocks.pixels * 8
  recorder.add(
    DEPTHWISE_BLOCK,
    blockChunks * chunks,
    [
      ...taskWords(task, grid),
      ...depthwiseWords(grid, blocks, table, free),
      perChunk,
      chunks,
      { table: table.lanes },
      table.terms,
      table.adjoining ? 1 : 0,
    ],
    { scratchBytes: free + SUM_BYTES + blocks.gatherPositions * table.terms * 32 },
  )
}

/** The geometry of blocks that hold `[position][term][8]`: every term of every tap is one offset. */
export function depthwiseWords(
  grid: ConvolutionGrid,
  blocks: Blocks,
  { terms }: ColumnTable,
  free: number,
): Argument[] {
  const positionBytes = terms * 32
  const taps = [...tapOffsets(grid, blocks, positionBytes)]
  const offsets = Uint32Array.from(
    taps.flatMap((offset) => Array.from({ length: terms }, (_, term) => offset + term * 32)),
  )
  return geometryWords(grid, blocks, positionBytes, free, offsets)
}
