import type { Argument } from '../step.ts'

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
