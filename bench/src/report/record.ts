import type { Spread } from '../measure/statistics.ts'
import type { Figure } from './figures.ts'
import type { Footprint } from './footprintRecord.ts'
import type { Machine } from './machine.ts'

/** What a run of the benchmark leaves behind, as JSON. */
export interface BenchRecord {
  readonly format: 2
  readonly date: string
  /** Few rounds, for a look. */
  readonly quick: boolean
  /** Somebody pressed Ctrl-C: what had been measured until then. */
  readonly interrupted: boolean
  readonly machine: Machine
  /** The Nodes that took part. */
  readonly nodes: readonly NodeRecord[]
  readonly cases: readonly CaseRecord[]
  readonly footprint: Footprint
  readonly figures: readonly Figure[]
}

export interface NodeRecord {
  readonly node: string
  readonly v8: string
  readonly relaxedSimd: boolean
}

export interface CaseRecord {
  readonly case: string
  readonly what: string
  readonly kind: 'forward' | 'train'
  readonly batch: number
  /** The parts' names and how often each counts, where there are several. */
  readonly parts: readonly { readonly name: string; readonly count: number }[]
  readonly results: readonly SeatRecord[]
  readonly ratios: readonly RatioRecord[]
}

/** Who ran: a peer, under a Node, with a number of threads. */
export interface SeatIdentity {
  readonly peer: string
  readonly group: 'ours' | 'native' | 'web'
  readonly node: string
  readonly threads: number
}

export type SeatRecord = SeatIdentity & { readonly version: string } & (
    | {
        readonly status: 'timed'
        /** Smaller than the case's for slow peers; times are per example. */
        readonly batch: number
        /** Relative L2 of the outputs from the subject's, checked before timing. */
        readonly error: number
        /** Milliseconds per example, all parts together. */
        readonly ms: Spread
        /** Milliseconds of every run, by round; null where it sat out. */
        readonly runsMs: readonly (number | null)[]
        /** Median milliseconds by part, where there are several. */
        readonly partsMs: readonly number[]
      }
    | {
        /** `wrong`: it ran, but its outputs are not ours, so its time means nothing. */
        readonly status: 'skipped' | 'failed' | 'wrong'
        readonly reason: string
      }
  )

/** Time per example, ours ÷ theirs, within rounds: below one, ours is faster. */
export interface RatioRecord {
  readonly ours: SeatIdentity
  readonly peer: SeatIdentity
  readonly ratio: Spread
}
