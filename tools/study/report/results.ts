import { readFileSync } from 'node:fs'
import { SluiceError } from 'sluice'
import type { Costs } from '../networks/equalWidths.ts'
import type { Variant } from '../networks/variant.ts'
import type { Measure, RunRecord, Task } from '../runs/task.ts'

/** All that the document says, as data: committed beside it, so that it can be written again. */
export interface Results {
  readonly format: 'sluice study 1'
  readonly tasks: readonly TaskResults[]
  /** How the gated inpainters' gates stand, layer by layer. */
  readonly gates: readonly GateRow[]
  /** Hole PSNR of harmonic filling on the same test pictures, which learns nothing. */
  readonly harmonic: readonly number[]
  readonly circumstances: Circumstances
}

/** One task: its networks, its runs, and what they were tested on. */
export interface TaskResults {
  readonly name: string
  readonly title: string
  readonly measure: Measure
  readonly batch: number
  readonly input: Task['input']
  readonly counts: readonly [train: number, valid: number, test: number]
  readonly clusters: readonly number[]
  readonly networks: readonly NetworkRow[]
  readonly rates: readonly RunRecord[]
  readonly runs: readonly RunRecord[]
}

export interface NetworkRow {
  readonly variant: Variant
  readonly widths: readonly number[]
  readonly costs: Costs
  /** Median milliseconds of a training step, all networks of the task taking turns. */
  readonly stepMs: number
}

/** One layer's gates, over the test pictures and seeds. */
export interface GateRow {
  readonly layer: string
  readonly mean: number
  /** Parts of all values below 0.1 and above 0.9. */
  readonly closed: number
  readonly open: number
  /** Mean opening where the hole is, and around it. */
  readonly inside: number
  readonly around: number
}

/** Where the runs were made. */
export interface Circumstances {
  readonly node: string
  readonly platform: string
  readonly processor: string
  readonly threads: number
  /** Which kernels computed. */
  readonly device: string
}

/** @throws SluiceError `missing` or `format` */
export function readResults(path: string): Results {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    throw new SluiceError('missing', 'there are no results to report', {
      where: path,
      fix: 'run the study first: npm run study',
      cause,
    })
  }
  try {
    const results = JSON.parse(text) as Results
    if (results.format === 'sluice study 1') return results
  } catch {
    // Falls through to the error, which says more than the parser's.
  }
  throw new SluiceError('format', 'these are not results of the study', {
    where: path,
    fix: 'restore the file, or run the study again',
  })
}
