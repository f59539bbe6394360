import type { Lowering } from '../../../engine/device/device.ts'
import type { Node } from '../../../engine/graph/graph.ts'
import {
  type AttentionGrid,
  attentionGrid,
  type ContextualAttentionAttributes,
} from '../../../engine/ops/contextualAttention/attentionGrid.ts'
import { invariant, present } from '../../../foundation/invariant.ts'
import * as at from '../attentionArguments.ts'
import {
  ATTENTION_CELLS,
  ATTENTION_GRID,
  ATTENTION_KEY_EDGES,
  ATTENTION_PASTE,
  ATTENTION_QUERY_EDGES,
  ATTENTION_REDUCE,
  ATTENTION_STATISTICS,
} from '../kernelIds.ts'
import { type Argument, type NodeEnds, StepRecorder } from '../step.ts'
import { ceilDivide } from './chunks.ts'

/** Rows of one chunk of the scores at the ends of rows: `kernels/attentionEdges.ts`. */
const EDGE_ROWS = 8
/** Bytes beside and between the rows of scratch: `kernels/attentionScores.ts`. */
const MARGINS_BYTES = 64

/**
 * In how many parts distances between rows of queries and keys are cut for the softmax: parts cost
 * nothing but a pair of floats per query.
 */
function softmaxGroups(rows: number): number {
  return Math.min(rows, 16)
}

/** In how many parts rows of the output are cut: each computes five rows of scores beside its own. */
function pasteParts(rows: number): number {
  if (rows < 8) return 1
  return rows < 24 ? 2 : rows < 48 ? 4 : 8
}

/** Sizes of a sample's temporaries, in floats. */
function sizesOf({ channels, rows, columns, places }: AttentionGrid, fuse: boolean) {
  const fours = ceilDivide(columns, 4) * 4
  const eights = ceilDivide(columns, 8) * 8
  const perKey = rows * eights
  const ends = fuse ? rows * perKey : 1
  return {
    [at.QUERIES_4]: rows * fours * channels,
    [at.QUERIES_8]: perKey * channels,
    [at.KEYS_8]: perKey * channels,
    [at.QUERY_EDGES]: rows * channels * 4,
    [at.KEY_EDGES]: rows * channels * 4,
    [at.INVERSE_NORMS]: perKey,
    [at.SCALES]: perKey,
    [at.PADDING_OUT]: perKey,
    [at.UNUSABLE_OUT]: perKey,
    [at.LAST_QUERIES]: ends,
    [at.FIRST_QUERIES]: ends,
    [at.LAST_KEYS]: ends,
    [at.FIRST_KEYS]: ends,
    [at.PARTIALS]: 2 * softmaxGroups(rows) * places,
    [at.LARGEST]: places,
    [at.QUARTERS]: places,
    [at.CELLS]: (rows + 1) * (columns + 1) * 4 * ceilDivide(channels, 8) * 8,
    [at.RUNS]: (rows + 1) * (1 + 2 * at.MOST_RUNS),
  } as const
}

/** Bytes of scratch for scores at the ends of rows, for logits, and for pasting. */
function scratchOf({ rows, columns }: AttentionGrid) {
  const eights = ceilDivide(columns, 8) * 8
  const row = eights * 4 + MARGINS_BYTES
  const scores = (14 + 3 * columns + 3 * (columns + 2)) * row + 2 * MARGINS_BYTES
  return {
    edges: 6 * rows * eights * 4 + 4 * row + 2 * MARGINS_BYTES,
    scores,
    paste: scores + 2 * (columns + 2) * row + 4 * (eights + 8) * 16 + 128,
  }
}

/** The arguments that all kernels of a sample share. Temporaries serve one sample after another. */
function sharedArguments(
  { inputs, output }: { readonly inputs: NodeEnds['inputs']; readonly output: Argument },
  grid: AttentionGrid,
  attributes: ContextualAttentionAttributes,
  temporaries: ReadonlyMap<number, Argument>,
  sampleBytes: number,
): Argument[] {
  const known: Readonly<Record<number, Argument>> = {
    [at.FOREGROUND]: { value: inputs[0], offset: sampleBytes },
    [at.BACKGROUND]: { value: inputs[1], offset: sampleBytes },
    [at.MASK]: { value: inputs[2] },
    [at.OUTPUT]: output,
    [at.HEIGHT]: grid.height,
    [at.WIDTH]: grid.width,
    [at.CHANNELS]: grid.channels,
    [at.ROWS]: grid.rows,
    [at.COLUMNS]: grid.columns,
    [at.ROW_OF]: { table: Uint32Array.from(grid.rowOf) },
    [at.COLUMN_OF]: { table: Uint32Array.from(grid.columnOf) },
    [at.FUSE]: attributes.fuse ? 1 : 0,
    [at.ADDED_NORM]: attributes.keyNorm === 'added' ? 1 : 0,
    [at.SOFTMAX_SCALE]: { float: attributes.softmaxScale },
    [at.GROUPS]: softmaxGroups(grid.rows),
    [at.PARTS]: pasteParts(grid.rows),
  }
  return Array.from({ length: at.ARGUMENTS }, (_, index) => {
    const argument = known[index] ?? temporaries.get(index)
    invariant(argument !== undefined, 'every shared argument of contextual attention is given')
    return argument
  })
}

export function lowerContextualAttention(node: Node<ContextualAttentionAttributes>): Lowering {
  const { attributes, inputs } = node
  const grid = attentionGrid(present(inputs[0], 'foreground').shape, attributes)
  const { fuse } = attributes
  const recorder = new StepRecorder()
  const temporaries = new Map<number, Argument>()
  for (const [index, floats] of Object.entries(sizesOf(grid, fuse))) {
    temporaries.set(Number(index), recorder.temporary(floats * 4))
  }
  const scratch = scratchOf(grid)
  for (let sample = 0; sample < grid.batch; sample++) {
    const sampleBytes = sample * grid.channels * grid.height * grid.width * 4
    const output = { value: node.outputs[0], offset: sampleBytes }
    const args = sharedArguments({ inputs, output }, grid, attributes, temporaries, sampleBytes)
    recorder.add(ATTENTION_GRID, grid.rows, args)
    recorder.add(ATTENTION_CELLS, grid.rows + 1, args)
    if (fuse) {
      const chunks = ceilDivide(grid.rows, EDGE_ROWS)
      recorder.add(ATTENTION_QUERY_EDGES, chunks, args, { scratchBytes: scratch.edges })
      recorder.add(ATTENTION_KEY_EDGES, chunks, args, { scratchBytes: scratch.edges })
    }
    const { scores, paste } = scratch
    recorder.add(ATTENTION_STATISTICS, softmaxGroups(grid.rows), args, { scratchBytes: scores })
    recorder.add(ATTENTION_REDUCE, grid.rows, args)
    recorder.add(ATTENTION_PASTE, pasteParts(grid.rows), args, { scratchBytes: paste })
  }
  const { rows, columns } = grid
  return recorder.finish(
    'contextualAttention-f32',
    `${rows} × ${columns} places, ${columns} × ${columns} scores at a time`,
  )
}
