import type { Weights } from '../network.ts'

/** What the measuring process asks of a peer's process. Batches are named by size: clips are a formula. */
export type Request =
  | { readonly ask: 'load'; readonly peer: string; readonly threads: number }
  | { readonly ask: 'forward' | 'trainStep'; readonly batch: number }
  | { readonly ask: 'weights' | 'memory' }

export type Reply =
  | { readonly is: 'loaded'; readonly version: string; readonly trains: boolean }
  /** `values`: the logits, or the loss alone. */
  | { readonly is: 'ran'; readonly ms: number; readonly values: Float32Array }
  | { readonly is: 'weights'; readonly weights: Weights }
  | { readonly is: 'memory'; readonly peakMiB: number }
  | { readonly is: 'unavailable'; readonly reason: string }
  | { readonly is: 'failed'; readonly reason: string }
