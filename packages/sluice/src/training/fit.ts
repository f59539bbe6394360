import { SluiceError } from '../foundation/errors.ts'
import type { NamedTensors } from '../foundation/hostTensor.ts'
import { wholeOption } from '../layers/options.ts'
import type { EvaluationBatch, TrainingBatch } from './batches.ts'
import { type Checkpoint, readCheckpoint, requireSameRun, writeCheckpoint } from './checkpoint.ts'
import { checkEarlyStopping, type EarlyStopping, shouldStop } from './earlyStopping.ts'
import { predictItems } from './evaluate.ts'
import { classificationMetrics } from './metrics.ts'
import {
  atTheStart,
  type BestEpoch,
  bestEpoch,
  type EpochRecord,
  isBetter,
  type Judgement,
  type Progress,
} from './progress.ts'
import type { RunStorage } from './runStorage.ts'
import type { Trainer } from './trainer.ts'

/** What happens during a run, for progress lines. */
export type FitEvent =
  | {
      readonly type: 'step'
      /** The epoch under way, from 0. */
      readonly epoch: number
      /** Batches done in it. */
      readonly batch: number
      /** Steps done in all; with accumulated gradients several batches make one. */
      readonly step: number
      readonly loss: number
      /** What the loss is made of, where it has parts. */
      readonly terms: Readonly<Record<string, number>>
      readonly learningRate: number
    }
  | {
      readonly type: 'epoch'
      readonly record: EpochRecord
      /** Whether it is the best so far. */
      readonly best: boolean
    }
  | {
      readonly type: 'stoppedEarly'
      /** Epochs done. */
      readonly epoch: number
    }
  | { readonly type: 'checkpoint'; readonly step: number }
  | {
      readonly type: 'resumed'
      readonly epoch: number
      readonly batch: number
      readonly step: number
    }

/** What `fit` trains, on which batches, and where it keeps them. */
export interface FitOptions {
  readonly trainer: Trainer
  /** The batches of an epoch (from 0), beginning with number `first`: a function of these two alone. */
  readonly train: (epoch: number, first: number) => AsyncIterable<TrainingBatch>
  /** The clips that decide which epoch is best. Without them the last one is. */
  readonly validate?: () => AsyncIterable<EvaluationBatch>
  /** Judges in place of `validate`, for models that are judged in a way of their own. */
  readonly judge?: () => Promise<Judgement>
  readonly epochs: number
  /** Ends the run when epochs stop being better. Default: it runs to its last epoch. */
  readonly earlyStopping?: EarlyStopping
  /** Where checkpoints and records go; without it nothing is kept. */
  readonly storage?: RunStorage
  /** `true`: go on from the stored checkpoint if there is one. Default: a stored checkpoint is refused. */
  readonly resume?: boolean
  /** Batches between checkpoints, besides the one after every epoch. Default: none. */
  readonly checkpointEvery?: number
  /**
   * What else decides the run's bits (data, augmentation), as plain data. A run is resumed only with
   * the same.
   */
  readonly configuration?: Readonly<Record<string, unknown>>
  readonly onEvent?: (event: FitEvent) => void
  /** Aborting writes a checkpoint after the step under way and ends the run as `interrupted`. */
  readonly signal?: AbortSignal
}

/** What a run leaves behind. */
export interface FitResult {
  readonly status: 'finished' | 'interrupted'
  /** Whether it ended before its last epoch, because no epoch was better any more. */
  readonly stoppedEarly: boolean
  /** The model's weights after the best epoch, or after the last step when there is no best one. */
  readonly weights: NamedTensors
  readonly best?: BestEpoch
  readonly history: readonly EpochRecord[]
}

/**
 * Trains for a number of epochs. Whatever happens on the way, stopped at any step and resumed, the
 * result has the bits of a run that was left alone.
 *
 * @throws SluiceError `usage` for options out of range; `refused` when a checkpoint is in
 * the way, or is of another run; `numeric` when the loss or a weight stops being a number, with the
 * last good checkpoint left as it was
 */
export async function fit(options: FitOptions): Promise<FitResult> {
  const { trainer, epochs, signal, earlyStopping } = options
  wholeOption('fit', 'epochs', epochs, 0)
  const judged = judgeOf(options)
  if (earlyStopping !== undefined) checkEarlyStopping(earlyStopping, judged !== undefined)
  const run = new Run(options)
  await run.begin()
  while (run.progress.epoch < epochs && !run.stoppedEarly) {
    const { epoch, batch } = run.progress
    for await (const next of options.train(epoch, batch)) {
      if (signal?.aborted === true) return run.interrupt()
      await run.step(next)
    }
    if (signal?.aborted === true) return run.interrupt()
    trainer.flush()
    await run.endEpoch(await judged?.())
  }
  return run.result('finished')
}

/** The moving parts of one call of `fit`. */
class Run {
  progress: Progress = atTheStart
  private readonly options: FitOptions
  private readonly configuration: Readonly<Record<string, unknown>>
  private savedBatch = -1

  constructor(options: FitOptions) {
    this.options = options
    this.configuration = { ...options.configuration, ...options.trainer.configuration }
  }

  /** Whether epochs have stopped being better: known from the records, resumed or not. */
  get stoppedEarly(): boolean {
    const { earlyStopping } = this.options
    return earlyStopping !== undefined && shouldStop(this.progress.history, earlyStopping)
  }

  async begin(): Promise<void> {
    const { storage, resume = false, trainer, onEvent } = this.options
    const bytes = await storage?.loadCheckpoint()
    if (bytes === undefined) {
      await storage?.keepRecords(0)
      return
    }
    if (!resume) {
      throw new SluiceError('refused', 'there is a checkpoint of an earlier run', {
        fix: 'resume it, or start elsewhere',
      })
    }
    const checkpoint = readCheckpoint(bytes, 'checkpoint')
    requireSameRun(checkpoint, this.configuration, trainer.deviceSignature)
    trainer.restore(checkpoint.trainer)
    this.progress = checkpoint.progress
    this.savedBatch = trainer.batchesDone
    await storage?.keepRecords(this.progress.history.length)
    const { epoch, batch } = this.progress
    onEvent?.({ type: 'resumed', epoch, batch, step: trainer.stepsDone })
  }

  async step(batch: TrainingBatch): Promise<void> {
    const { trainer, onEvent, checkpointEvery } = this.options
    const learningRate = trainer.learningRateAt(trainer.stepsDone)
    trainer.step(batch)
    const { loss, terms, stepsDone: step } = trainer
    const { progress } = this
    this.progress = {
      ...progress,
      batch: progress.batch + 1,
      lossSum: progress.lossSum + loss,
      ...(Object.keys(terms).length === 0 ? {} : { termSums: sumsOf(terms, progress.termSums) }),
      correct: progress.correct + trainer.countCorrect(batch),
    }
    const { epoch } = progress
    onEvent?.({ type: 'step', epoch, batch: this.progress.batch, step, loss, terms, learningRate })
    if (checkpointEvery !== undefined && trainer.batchesDone % checkpointEvery === 0) {
      await this.save()
    }
    await letEventsIn()
  }

  async endEpoch(valid: Judgement | undefined): Promise<void> {
    const { trainer, storage, onEvent } = this.options
    const { epoch: done, batch, lossSum, correct, termSums } = this.progress
    const { history, best, bestWeights } = this.progress
    if (batch === 0) {
      throw new SluiceError('data', 'an epoch has no batches', { fix: 'check the training clips' })
    }
    const epoch = done + 1
    const record: EpochRecord = {
      type: 'epoch',
      epoch,
      step: trainer.stepsDone,
      learningRate: trainer.learningRateAt(trainer.stepsDone - 1),
      trainLoss: lossSum / batch,
      ...(trainer.classes === 0 ? {} : { trainAccuracy: correct / (batch * trainer.batchSize) }),
      ...(valid === undefined ? {} : { validLoss: valid.loss }),
      ...(valid?.accuracy === undefined ? {} : { validAccuracy: valid.accuracy }),
      ...(valid?.psnr === undefined ? {} : { validPsnr: valid.psnr }),
      ...(termSums === undefined ? {} : { terms: meansOf(termSums, batch) }),
    }
    const candidate = valid === undefined ? undefined : bestEpoch(epoch, valid)
    const isBest = candidate !== undefined && isBetter(candidate, best)
    this.progress = {
      ...atTheStart,
      epoch,
      history: [...history, record],
      ...(best === undefined || bestWeights === undefined ? {} : { best, bestWeights }),
      ...(isBest ? { best: candidate, bestWeights: trainer.weights() } : {}),
    }
    await storage?.appendRecord(record)
    await this.save()
    onEvent?.({ type: 'epoch', record, best: isBest })
    if (this.stoppedEarly) onEvent?.({ type: 'stoppedEarly', epoch })
  }

  async interrupt(): Promise<FitResult> {
    if (this.savedBatch !== this.options.trainer.batchesDone) await this.save()
    return this.result('interrupted')
  }

  result(status: FitResult['status']): FitResult {
    const { best, bestWeights, history } = this.progress
    const weights = bestWeights ?? this.options.trainer.weights()
    const { stoppedEarly } = this
    return { status, stoppedEarly, weights, history, ...(best === undefined ? {} : { best }) }
  }

  private async save(): Promise<void> {
    const { trainer, storage, onEvent } = this.options
    // Asked for even without a storage: it refuses weights that are no numbers.
    const state = trainer.state()
    this.savedBatch = state.batches
    if (storage === undefined) return
    const checkpoint: Checkpoint = {
      configuration: this.configuration,
      device: trainer.deviceSignature,
      trainer: state,
      progress: this.progress,
    }
    await storage.saveCheckpoint(writeCheckpoint(checkpoint))
    onEvent?.({ type: 'checkpoint', step: state.step })
  }
}

function sumsOf(
  terms: Readonly<Record<string, number>>,
  sums: Readonly<Record<string, number>> = {},
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(terms).map(([name, value]) => [name, value + (sums[name] ?? 0)]),
  )
}

/** By name, so that sums from a checkpoint make the same record as those that never left memory. */
function meansOf(sums: Readonly<Record<string, number>>, count: number): Record<string, number> {
  const names = Object.keys(sums).sort()
  return Object.fromEntries(names.map((name) => [name, (sums[name] ?? 0) / count]))
}

function judgeOf({ trainer, validate, judge }: FitOptions): FitOptions['judge'] {
  if (judge !== undefined || validate === undefined) return judge
  return () => judgeClips(trainer, validate())
}

async function judgeClips(
  trainer: Trainer,
  batches: AsyncIterable<EvaluationBatch>,
): Promise<Judgement> {
  if (trainer.criterion.against === 'labels') {
    const predictions = await predictItems((inputs) => trainer.predict(inputs), batches)
    const { top1, loss } = classificationMetrics(predictions, trainer.classes)
    return { accuracy: top1, loss }
  }
  let sum = 0
  let count = 0
  for await (const batch of batches) {
    sum += batch.valid * trainer.evaluateLoss(batch, batch.valid)
    count += batch.valid
  }
  if (Number.isFinite(sum) && count > 0) return { loss: sum / count }
  if (count === 0) throw new SluiceError('data', 'there are no clips to validate by')
  throw new SluiceError('numeric', `the loss on the validation clips is ${sum / count}`, {
    fix: 'go on from the last checkpoint with a lower learning rate or with clipNorm',
  })
}

/** A turn of the event loop, so that signals arrive and progress is drawn between steps. */
function letEventsIn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve)
    else setTimeout(resolve)
  })
}
