import type { Lowering, LoweringContext } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import {
  type AttentionGrid,
  attentionGrid,
  type ContextualAttentionAttributes,
} from '../../../engine/ops/contextualAttention/attentionGrid.ts'
import { present } from '../../../foundation/invariant.ts'
import * as at from '../abi/attentionArguments.ts'
import { ATTENTION_BACKWARD, ATTENTION_CELLS, ATTENTION_GRID } from '../abi/kernelIds.ts'
import { type Argument, StepRecorder } from '../step.ts'
import {
  MARGINS_BYTES,
  preparedSizes,
  sampleBytes,
  sharedArguments,
  upTo,
} from './attentionShared.ts'

/** Stages of the gradient, panels that each of them keeps, and panels beside them. */
const [STAGES, KEPT, OWN] = [8, 6, 3]

/** Cells of a sample, up to a multiple of eight. */
function cellsOf({ rows, columns }: AttentionGrid): number {
  return upTo(8, (rows + 1) * (columns + 1))
}

/** Floats of one sample's temporaries. */
function sizesOf(grid: AttentionGrid): Readonly<Record<number, number>> {
  const { rows, columns } = grid
  const channels = upTo(8, grid.channels)
  const keys = rows * upTo(8, columns)
  return {
    ...preparedSizes(grid),
    [at.KEYS_BY_CHANNEL]: channels * keys,
    [at.QUERIES_BY_CHANNEL]: rows * columns * channels,
    [at.GRADIENT_CELLS]: (rows + 1) * (columns + 1) * 4 * channels,
    [at.GRADIENT_FOURS]: (rows + 1) * upTo(4, columns + 1) * 4 * channels,
    [at.CELLS_8]: cellsOf(grid) * 4 * channels,
    [at.CELL_SUMS]: cellsOf(grid) * 4 * channels,
    [at.KEY_SUMS]: keys * channels,
    [at.NORM_SUMS]: keys,
  }
}

/** Bytes of the panels of `kernels/attentionPanels.ts` and of what lies before them. */
function scratchOf(grid: AttentionGrid): number {
  const eights = upTo(8, grid.columns)
  const margin = eights + 8
  const row = (grid.rows * eights + 2 * margin) * 4
  const panel = upTo(4, grid.columns + 1) * Math.max(row, cellsOf(grid) * 4)
  const before = 14 * (eights * 4 + MARGINS_BYTES) + 8 * STAGES * KEPT + 4 * MARGINS_BYTES
  return before + margin * 4 + row + (STAGES * KEPT + OWN) * panel
}

/** Each sample is one chunk with temporaries of its own. */
export function lowerContextualAttentionBackward(
  node: Node<ContextualAttentionAttributes>,
  context: LoweringContext,
): Lowering {
  const { attributes, inputs, outputs } = node
  const grid = attentionGrid(present(inputs[0], 'foreground').shape, attributes)
  const recorder = new StepRecorder()
  const all: Argument[] = []
  // A gradient that nobody reads has no memory, but is computed with the other one.
  const placeOf = (index: number, offset: number): Argument => {
    const value = present(outputs[index], 'gradient')
    return context.isUsed(value) ? { value, offset } : recorder.temporary(sampleBytes(grid))
  }
  for (let sample = 0; sample < grid.batch; sample++) {
    const offset = sample * sampleBytes(grid)
    const places = new Map<number, Argument>([
      [at.GRADIENT, { value: inputs[3], offset }],
      [at.FOREGROUND_GRADIENT, placeOf(0, offset)],
      [at.BACKGROUND_GRADIENT, placeOf(1, offset)],
    ])
    for (const [index, floats] of Object.entries(sizesOf(grid))) {
      places.set(Number(index), recorder.temporary(floats * 4))
    }
    const args = sharedArguments(inputs, grid, attributes, sample, places, at.BACKWARD_ARGUMENTS)
    recorder.add(ATTENTION_GRID, grid.rows, args)
    recorder.add(ATTENTION_CELLS, grid.rows + 1, args)
    all.push(...args)
  }
  recorder.add(ATTENTION_BACKWARD, grid.batch, all, { scratchBytes: scratchOf(grid) })
  return recorder.finish(
    'contextualAttentionBackward-f32',
    `${grid.columns} × ${grid.places} scores at a time, a sample a chunk`,
  )
}
