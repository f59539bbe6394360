import type { Batch, Weights } from '../network.ts'

/**
 * One runtime under measurement. Each lives in a process of its own, so that its heap, its threads
 * and its globals are nobody else's. What `load` does is not timed; `forward` and `trainStep` are,
 * from the call to the values being in ordinary memory.
 */
export interface Peer {
  readonly name: string
  readonly version: string
  /**
   * Called again, it begins again from these weights.
   * @throws PeerUnavailable when it cannot run here or with so many threads
   */
  load(weights: Weights, threads: number): Promise<void>
  /** Logits, `[count, classes]`. */
  forward(batch: Batch): Promise<Float32Array>
  /** One step of SGD on softmax cross-entropy (mean over the batch); gives the loss before it. */
  trainStep?(batch: Batch): Promise<number>
  /** The weights as they are now, named and laid out as given: what training did to them. */
  readWeights?(): Promise<Weights>
  dispose(): Promise<void>
}

/** A reason, in words for the table, why a peer does not take part. */
export class PeerUnavailable extends Error {}
