import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import type { ConvBackwardWeightAttributes } from '../../../engine/ops/convolution/convBackwardWeight.ts'
import { present } from '../../../foundation/invariant.ts'
import { DEPTHWISE_REDUCE, DEPTHWISE_WEIGHT_GRADIENT } from '../abi/kernelIds.ts'
import { StepRecorder } from '../step.ts'
import { chooseBlocks } from './blocks.ts'
import { CHUNKS_WANTED, cutPanels, PARTIAL_BYTES_MAX, panelsOf } from './blockTask.ts'
import { depthwiseWords } from './depthwise.ts'
import { columnTable } from './depthwiseColumns.ts'
import { forwardGrid } from './grids.ts'

/** Weight gradient: a fixed number of partial sums over blocks, then their sum in order. */
export function lowerDepthwiseBackwardWeight(node: Node<ConvBackwardWeightAttributes>): Lowering {
  const { attributes, inputs, outputs } = node
  const { branches, groups, weightShape } = attributes
  const [x, dy] = inputs
  const branchOutputs = weightShape[0] ?? 1
  const columns = branchOutputs * branches
  const panels = panelsOf(columns, false)
  const table = columnTable(panels, 1, (panel, _, lane) => {
    const column = panel * 8 + lane
    if (column >= columns) return undefined
    const row = column % branchOutputs
    const gate = column >= branchOutputs
    return { row, gate, channel: Math.floor(row / (branchOutputs / groups)) }
  })
  const dyShape = present(dy, 'gradient').shape
  const grid = forwardGrid(present(x, 'input').shape, weightShape, dyShape, attributes)
  const blocks = chooseBlocks(grid)
  const total = grid.batch * blocks.count
  const taps = grid.taps.length
  const parts = Math.max(
    1,
    Math.min(total, CHUNKS_WANTED, Math.floor(PARTIAL_BYTES_MAX / (panels * taps * 32))),
  )
  const { perChunk, chunks } = cutPanels(panels, parts, CHUNKS_WANTED)
  const recorder = new StepRecorder()
  const partials = recorder.temporary(parts * panels * taps * 32)
  const free = blocks.pixels * 8
  recorder.add(
    DEPTHWISE_WEIGHT_GRADIENT,
    parts * chunks,
    [
      { value: x },
      { value: dy },
      partials,
      parts,
      total,
      ...[0, 0, 0, 0, 0],
      columns,
      panels,
      ...depthwiseWords(grid, blocks, table, free),
      perChunk,
      chunks,
      { table: table.lanes },
      table.terms,
      table.adjoining ? 1 : 0,
    ],
    { scratchBytes: free + blocks.gatherPositions * 32 },
  )
  recorder.add(DEPTHWISE_REDUCE, panels, [
    partials,
    parts,
    { value: outputs[0] },
    { value: outputs[1] },
    branchOutputs,
    taps,
    panels,
    columns,
  ])
  const why = `one input channel a group, ${parts} partial sums, added in order`
  return recorder.finish('convBackwardWeight-f32-depthwise4x8', why)
}
