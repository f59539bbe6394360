import type { Argument } from '../step.ts'
import type { ConvolutionGrid } from './blocks.ts'

/** Chunks that a step should have at least, so that threads find work. */
export const CHUNKS_WANTED = 16

/** Partial weight gradients take at most so much memory beside the network's own. */
export const PARTIAL_BYTES_MAX = 32 << 20

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

/** Words 0 to 11 of the block kernels' records; see `kernels/finishTile.ts`. */
export function taskWords(task: BlockTask, grid: ConvolutionGrid): Argument[] {
  return [
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
    grid.outChannels,
    panelsOf(task.groupOutputs, task.gated),
  ]
}

/** How many panels a chunk has, and how many chunks the panels make. */
export interface PanelChunks {
  readonly perChunk: number
  readonly chunks: number
}

/** A group's panels cut into chunks, so that problems with few blocks still feed several threads. */
export function cutPanels(panels: number, otherChunks: number, chunksWanted: number): PanelChunks {
  const wanted = Math.min(panels, Math.ceil(chunksWanted / otherChunks))
  const perChunk = Math.ceil(panels / wanted)
  return { perChunk, chunks: Math.ceil(panels / perChunk) }
}
