import type { NamedTensors } from '../foundation/hostTensor.ts'

/** One line of the run's records. It holds no clock time, so equal runs write equal lines. */
export interface EpochRecord {
  readonly type: 'epoch'
  /** Epochs done, so the first record says 1. */
  readonly epoch: number
  /** Steps done. */
  readonly step: number
  /** Rate of the epoch's last step. */
  readonly learningRate: number
  /** Means over the epoch, each batch judged before its own step. */
  readonly trainLoss: number
  /** Absent where the loss is not about classes, and so below. */
  readonly trainAccuracy?: number
  readonly validLoss?: number
  readonly validAccuracy?: number
}

/** The epoch that did best on the validation clips. */
export interface BestEpoch {
  readonly epoch: number
  readonly accuracy?: number
  readonly loss: number
}

/** Where a run stands between two steps, besides the trainer's own state. */
export interface Progress {
  /** Epochs done. */
  readonly epoch: number
  /** Batches done in the epoch under way. */
  readonly batch: number
  /** Sum of the losses of those batches. */
  readonly lossSum: number
  /** Clips told right in those batches. */
  readonly correct: number
  readonly history: readonly EpochRecord[]
  readonly best?: BestEpoch
  /** The model's weights after the best epoch. */
  readonly bestWeights?: NamedTensors
}

export const atTheStart: Progress = { epoch: 0, batch: 0, lossSum: 0, correct: 0, history: [] }

/**
 * More accurate is better; of equally accurate epochs, and where nothing has an accuracy, the one
 * with the lower loss.
 * @param minDelta by how much accuracy, or else loss, must differ to count
 */
export function isBetter(
  candidate: Omit<BestEpoch, 'epoch'>,
  best: Omit<BestEpoch, 'epoch'> | undefined,
  minDelta = 0,
): boolean {
  if (best === undefined) return true
  const gain = (candidate.accuracy ?? 0) - (best.accuracy ?? 0)
  return gain === 0 ? best.loss - candidate.loss > minDelta : gain > minDelta
}
