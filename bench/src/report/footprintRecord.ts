import type { Spread } from '../measure/statistics.ts'

/** What is reported besides speed. Whatever was not asked for is not there. */
export interface Footprint {
  /** The most memory a process held that did nothing but run a case. */
  readonly memory?: readonly {
    /** Left out in old records: `train8`. */
    readonly case?: string
    readonly peer: string
    readonly node: string
    readonly threads: number
    readonly peakBytes: number
  }[]
  /** Arenas of programs beside the most bytes that are alive in them at one moment. */
  readonly arena?: readonly {
    readonly program: string
    readonly arenaBytes: number
    readonly lowerBoundBytes: number
  }[]
  /** From before the import to the first logits, in fresh processes. */
  readonly start?: readonly {
    readonly node: string
    readonly threads: number
    readonly ms: Spread
  }[]
  /** `sluice inpaint` from file to file: 12 megapixels of JPEG, one hole of 300 pixels. */
  readonly photo?: readonly {
    readonly model: string
    readonly node: string
    readonly threads: number
    readonly ms: Spread
    readonly peakBytes: number
  }[]
  /** What a page loads for the WASM device: bundled and minified, in one file. */
  readonly page?: readonly {
    readonly page: string
    /** Has the training in it, and so no bar. */
    readonly trains: boolean
    readonly bytes: number
    readonly gzipBytes: number
  }[]
}
