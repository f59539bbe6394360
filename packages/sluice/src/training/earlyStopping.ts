import { SluiceError } from '../foundation/errors.ts'
import { wholeOption } from '../layers/options.ts'
import { type EpochRecord, isBetter } from './progress.ts'

/** When a run ends before its last epoch. */
export interface EarlyStopping {
  /** Epochs without a better one after which the run ends, from 1. */
  readonly patience: number
  /** By how much an epoch must be better: in accuracy, or in loss where accuracies are equal. Default 0. */
  readonly minDelta?: number
}

/** @throws SluiceError `usage` for a patience below 1, a minDelta below 0, or no clips to judge by */
export function checkEarlyStopping(stopping: EarlyStopping, validated: boolean): void {
  const { patience, minDelta = 0 } = stopping
  wholeOption('earlyStopping', 'patience', patience)
  if (!(minDelta >= 0 && Number.isFinite(minDelta))) {
    throw new SluiceError('usage', 'minDelta must be a number from 0 up', {
      where: 'earlyStopping',
      received: String(minDelta),
    })
  }
  if (validated) return
  throw new SluiceError('usage', 'early stopping needs clips to validate by', {
    fix: 'hold clips out, or train for all epochs',
  })
}

/**
 * Whether a run has gone on for `patience` epochs without one that is better than the best before. A
 * function of the records alone, so that a resumed run stops where the undisturbed one does.
 */
export function shouldStop(
  history: readonly EpochRecord[],
  { patience, minDelta = 0 }: EarlyStopping,
): boolean {
  let best: { accuracy?: number; loss: number } | undefined
  let without = 0
  for (const { validAccuracy, validLoss } of history) {
    if (validLoss === undefined) continue
    const judged = {
      loss: validLoss,
      ...(validAccuracy === undefined ? {} : { accuracy: validAccuracy }),
    }
    const better = isBetter(judged, best, minDelta)
    without = better ? 0 : without + 1
    if (better) best = judged
    if (without >= patience) return true
  }
  return false
}
