import type { Weights } from '../nets/formula.ts'
import type { Net } from '../nets/net.ts'
import type { PythonWithTorch } from './findPython.ts'

/** What a peer is to run: the parts of a case, with all their numbers. */
export interface Job {
  readonly kind: 'forward' | 'train'
  readonly batch: number
  readonly threads: number
  readonly parts: readonly JobPart[]
}

export interface JobPart {
  readonly net: Net
  readonly weights: Weights
  /** Row-major `[batch, …net.input]`. */
  readonly input: Float32Array
  /** One class an example; only training looks at them. */
  readonly labels: Int32Array
}

/** One run: the output, row-major, or the loss before a step; and its time where the peer takes it itself. */
export interface Outcome {
  readonly values: Float32Array
  readonly ms?: number
}

/**
 * One runtime under measurement. Each lives in a process of its own, so that its heap, its threads
 * and its globals are nobody else's. What `load` does is not timed; `forward` and `trainStep` are,
 * from the call to the values being in ordinary memory.
 */
export interface Peer {
  readonly name: string
  /** Known once it is loaded. */
  readonly version: string
  /**
   * Called again, it begins again from the job's weights.
   * @throws PeerUnavailable when it cannot run here, or not this job
   */
  load(job: Job): Promise<void>
  /** Values may be left out, or be in another order, unless they are to be kept. */
  forward(part: number, keep: boolean): Promise<Outcome>
  /** One step of SGD on softmax cross-entropy (mean over the batch), on the job's only part. */
  trainStep?(): Promise<Outcome>
  /** The weights as they are now, named and laid out as given: what training did to them. */
  readWeights?(): Promise<Weights>
  /** The most memory it ever held, where that is not this process's. */
  peakBytes?(): Promise<number>
  dispose(): Promise<void>
}

/** What the measuring process found out once for all peers' processes. */
export interface PeerContext {
  /** Where PyTorch is, or in words why there is none. */
  readonly python: PythonWithTorch | string
}

/** A reason, in words for the table, why a peer does not take part. */
export class PeerUnavailable extends Error {}

/** Why peers that build nets out of their own layers do not run DeepFill v2 whole. */
export const NO_ATTENTION = 'it has no contextual attention'

/** The job's part. @throws when there is none of this number, which is our own mistake */
export function partOf(job: Job | undefined, index: number): JobPart {
  const part = job?.parts[index]
  if (part === undefined) throw new Error(`no part ${index} is loaded`)
  return part
}
