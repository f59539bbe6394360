import type { Weights } from '../nets/formula.ts'
import type { PeerContext } from '../peers/peer.ts'

/** What the measuring process asks of a peer's process. Cases are named: their numbers are a formula. */
export type Request =
  | {
      readonly ask: 'load'
      readonly peer: string
      readonly case: string
      readonly batch: number
      readonly threads: number
      readonly context: PeerContext
    }
  /** One turn: every part once, each after one run that is not timed where `warm`. */
  | { readonly ask: 'turn'; readonly warm: boolean; readonly keep: boolean }
  | { readonly ask: 'weights' | 'memory' }

export type Reply =
  | { readonly is: 'loaded'; readonly version: string }
  /** Milliseconds and a sample of the values by part; `values` is empty unless it was to be kept. */
  | {
      readonly is: 'ran'
      readonly ms: readonly number[]
      readonly values: readonly Float32Array[]
    }
  | { readonly is: 'weights'; readonly weights: Weights }
  | { readonly is: 'memory'; readonly peakBytes: number }
  | { readonly is: 'unavailable'; readonly reason: string }
  | { readonly is: 'failed'; readonly reason: string }
