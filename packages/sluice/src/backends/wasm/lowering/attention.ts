import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import {
  type AttentionGrid,
  attentionGrid,
  type ContextualAttentionAttributes,
} from '../../../engine/ops/contextualAttention/attentionGrid.ts'
import { present } from '../../../foundation/invariant.ts'
import * as at from '../abi/attentionArguments.ts'
import {
  ATTENTION_CELLS,
  ATTENTION_GRID,
  ATTENTION_KEY_EDGES,
  ATTENTION_PASTE,
  ATTENTION_QUERY_EDGES,
  ATTENTION_REDUCE,
  ATTENTION_STATISTICS,
} from '../abi/kernelIds.ts'
import { type Argument, StepRecorder } from '../step.ts'
import {
  MARGINS_BYTES,
  pastedTogether,
  pasteParts,
  preparedSizes,
  sampleBytes,
  sharedArguments,
  softmaxGroups,
  upTo,
} from './attentionShared.ts'
import { ceilDivide } from './chunks.ts'

/** Rows of one chunk of the scores at the ends of rows: `kernels/attentionEdges.ts`. */
const EDGE_ROWS = 8

/** Floats of a sample's temporaries. */
function sizesOf(grid: AttentionGrid, fuse: boolean): Readonly<Record<number, number>> {
  const { rows, columns, places } = grid
  const ends = fuse ? rows * rows * upTo(8, columns) : 1
  return {
    ...preparedSizes(grid),
    [at.LAST_QUERIES]: ends,
    [at.FIRST_QUERIES]: ends,
    [at.LAST_KEYS]: ends,
    [at.FIRST_KEYS]: ends,
    [at.PARTIALS]: 2 * softmaxGroups(rows) * places,
    [at.LARGEST]: places,
    [at.QUARTERS]: places,
  }
}

/** Bytes of scratch for scores at the ends of rows, for logits, and for pasting. */
function scratchOf(grid: AttentionGrid) {
  const { rows, columns } = grid
  const eights = upTo(8, columns)
  const row = eights * 4 + MARGINS_BYTES
  const scores = (14 + 3 * columns + 3 * (columns + 2)) * row + 2 * MARGINS_BYTES
  const together = pastedTogether(grid)
  const packed = (together + 1) * (columns + 1) * 16 + 64
  const lists = 1280
  return {
    edges: 6 * rows * eights * 4 + 4 * row + 2 * MARGINS_BYTES,
    scores,
    paste: together * (scores + 2 * (columns + 2) * row) + lists + 4 * packed + 128,
  }
}

/** One sample after another, in the same temporaries. */
export function lowerContextualAttention(node: Node<ContextualAttentionAttributes>): Lowering {
  const { attributes, inputs } = node
  const grid = attentionGrid(present(inputs[0], 'foreground').shape, attributes)
  const { rows, columns } = grid
  const recorder = new StepRecorder()
  const places = new Map<number, Argument>()
  for (const [index, floats] of Object.entries(sizesOf(grid, attributes.fuse))) {
    places.set(Number(index), recorder.temporary(floats * 4))
  }
  const { edges, scores, paste } = scratchOf(grid)
  for (let sample = 0; sample < grid.batch; sample++) {
    places.set(at.OUTPUT, { value: node.outputs[0], offset: sample * sampleBytes(grid) })
    const args = sharedArguments(inputs, grid, attributes, sample, places, at.ARGUMENTS)
    recorder.add(ATTENTION_GRID, rows, args)
    recorder.add(ATTENTION_CELLS, rows + 1, args)
    if (attributes.fuse) {
      const chunks = ceilDivide(rows, EDGE_ROWS)
      recorder.add(ATTENTION_QUERY_EDGES, chunks, args, { scratchBytes: edges })
      recorder.add(ATTENTION_KEY_EDGES, chunks, args, { scratchBytes: edges })
    }
    recorder.add(ATTENTION_STATISTICS, softmaxGroups(rows), args, { scratchBytes: scores })
    recorder.add(ATTENTION_REDUCE, rows, args)
    recorder.add(ATTENTION_PASTE, pasteParts(rows), args, { scratchBytes: paste })
  }
  const block = `${columns} × ${columns} scores at a time`
  return recorder.finish('contextualAttention-f32', `${rows} × ${columns} places, ${block}`)
}
