import type {
  AttentionGrid,
  ContextualAttentionAttributes,
} from '../../../engine/ops/contextualAttention/attentionGrid.ts'
import * as at from '../abi/attentionArguments.ts'
import type { Argument, NodeEnds } from '../step.ts'
import { ceilDivide } from './chunks.ts'

/** Bytes beside and between the rows of scratch: `kernels/attentionScores.ts`. */
export const MARGINS_BYTES = 64

/**
 * In how many parts distances between rows of queries and keys are cut for the softmax: parts cost
 * nothing but a pair of floats per query.
 */
export function softmaxGroups(rows: number): number {
  return Math.min(rows, 16)
}

/** In how many parts rows of the output are cut: each computes five rows of scores beside its own. */
export function pasteParts(rows: number): number {
  if (rows < 8) return 1
  return rows < 24 ? 2 : rows < 96 ? 4 : 8
}

/**
 * How many distances between rows of queries and of keys are pasted together: sums of a few hundred
 * cells, since shorter ones spend their time beginning and ending.
 */
export function pastedTogether({ rows, columns }: AttentionGrid): number {
  return Math.min(rows, Math.max(1, Math.min(8, Math.floor(320 / (columns + 1)))))
}

/** A number up to a multiple of another. */
export function upTo(multiple: number, value: number): number {
  return ceilDivide(value, multiple) * multiple
}

/** Floats of what both ways prepare of one sample: `kernels/attentionGrid.ts`. */
export function preparedSizes({ channels, rows, columns }: AttentionGrid) {
  const perKey = rows * upTo(8, columns)
  return {
    [at.QUERIES_4]: rows * upTo(4, columns) * channels,
    [at.QUERIES_8]: perKey * channels,
    [at.KEYS_8]: perKey * channels,
    [at.QUERY_EDGES]: rows * channels * 4,
    [at.KEY_EDGES]: rows * channels * 4,
    [at.INVERSE_NORMS]: perKey,
    [at.SCALES]: perKey,
    [at.PADDING_OUT]: perKey,
    [at.UNUSABLE_OUT]: perKey,
    [at.CELLS]: (rows + 1) * (columns + 1) * 4 * upTo(8, channels),
    [at.RUNS]: (rows + 1) * (1 + 2 * at.MOST_RUNS),
  } as const
}

/** The arguments that all kernels of a sample share; those that a way does not need are 0. */
export function sharedArguments(
  inputs: NodeEnds['inputs'],
  grid: AttentionGrid,
  attributes: ContextualAttentionAttributes,
  sample: number,
  further: ReadonlyMap<number, Argument>,
  count: number,
): Argument[] {
  const offset = sampleBytes(grid) * sample
  const known: Readonly<Record<number, Argument>> = {
    [at.FOREGROUND]: { value: inputs[0], offset },
    [at.BACKGROUND]: { value: inputs[1], offset },
    [at.MASK]: { value: inputs[2] },
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
    [at.TOGETHER]: pastedTogether(grid),
  }
  return Array.from({ length: count }, (_, index) => known[index] ?? further.get(index) ?? 0)
}

/** Bytes of one sample's features. */
export function sampleBytes({ channels, height, width }: AttentionGrid): number {
  return channels * height * width * 4
}
