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
  /** Signal to noise on the validation pictures, in dB: absent where nothing is painted. */
  readonly validPsnr?: number
  /** Means of the parts of the loss, where it has some. */
  readonly terms?: Readonly<Record<string, number>>
}

/** How a model does on what it is not trained on. */
export interface Judgement {
  readonly loss: number
  readonly accuracy?: number
  /** In dB. */
  readonly psnr?: number
}

/** The epoch that did best on the validation clips. */
export interface BestEpoch extends Judgement {
  readonly epoch: number
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
  /** Sums of the loss's parts over those batches. */
  readonly termSums?: Readonly<Record<string, number>>
  readonly history: readonly EpochRecord[]
  readonly best?: BestEpoch
  /** The model's weights after the best epoch. */
  readonly bestWeights?: NamedTensors
}

export const atTheStart: Progress = { epoch: 0, batch: 0, lossSum: 0, correct: 0, history: [] }

/**
 * More accurate, or nearer in dB, is better; of equally good epochs, and where neither is known, the one
 * with the lower loss.
 * @param minDelta by how much accuracy or PSNR, or else loss, must differ to count
 */
export function isBetter(candidate: Judgement, best: Judgement | undefined, minDelta = 0): boolean {
  if (best === undefined) return true
  const gain = scoreOf(candidate) - scoreOf(best)
  return gain === 0 ? best.loss - candidate.loss > minDelta : gain > minDelta
}

/**
 * What is kept of an epoch that did best. Its fields have one order, so that a run that was resumed writes the
 * same model file.
 */
export function bestEpoch(epoch: number, { accuracy, psnr, loss }: Judgement): BestEpoch {
  return {
    epoch,
    ...(accuracy === undefined ? {} : { accuracy }),
    ...(psnr === undefined ? {} : { psnr }),
    loss,
  }
}

function scoreOf({ accuracy, psnr }: Judgement): number {
  return accuracy ?? psnr ?? 0
}
