import type { Spread } from '../measure/statistics.ts'
import type { Machine } from './machine.ts'

/** What a run of the benchmark leaves behind, as JSON. */
export interface BenchRecord {
  readonly format: 1
  readonly date: string
  readonly quick: boolean
  readonly machine: Machine
  readonly cases: readonly CaseRecord[]
}

export interface CaseRecord {
  readonly case: string
  readonly what: string
  readonly threads: number
  readonly batch: number
  readonly results: readonly PeerRecord[]
  readonly ratios: readonly RatioRecord[]
}

export type PeerRecord =
  | {
      readonly peer: string
      readonly version: string
      readonly status: 'timed'
      /** Smaller than the case's where a run of all clips would have taken too long. */
      readonly batch: number
      /** Relative L2 of the outputs from the subject's, checked before timing. */
      readonly error: number
      readonly msPerClip: Spread
      readonly runsMs: readonly number[]
      readonly peakMiB: number
    }
  | {
      readonly peer: string
      readonly version: string
      /** `wrong`: it ran, but its outputs are not ours, so its time means nothing. */
      readonly status: 'skipped' | 'failed' | 'wrong'
      readonly reason: string
    }

/** Milliseconds per clip, ours ÷ theirs: below one, ours is faster. */
export interface RatioRecord {
  readonly ours: string
  readonly peer: string
  readonly ratio: Spread
  readonly bar?: number
  readonly met?: boolean
}
